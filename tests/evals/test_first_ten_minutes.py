"""The runner asks about the documents it is given."""

from pathlib import Path

from evals.first_ten_minutes import evaluate, open_stage
from evals.utterances import Row


async def test_a_folder_of_documents_is_cited_by_its_paths(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    (documents / "garden").mkdir(parents=True)
    (documents / "garden" / "roses.md").write_text("# Roses\n\nWe prune the roses in February.\n", encoding="utf-8")
    row = Row("rose-1", "answerable", [], "When do you prune the roses?", ("February",), ("garden/roses.md",))
    async with open_stage(tmp_path / "data", documents) as stage:
        [result] = await evaluate(stage, [row])
    assert (result.verdict, result.cited) == ("right", ("garden/roses.md",))
