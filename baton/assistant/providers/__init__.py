"""Where drafts come from: quoted passages, or a language model behind one protocol."""
