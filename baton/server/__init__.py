"""The composition root: configuration, migrations, the application and the command line. Nothing imports it."""
