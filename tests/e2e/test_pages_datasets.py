"""Datasets at the pages: the list and one dataset, for everybody, its own body and strangers."""
# Tests of: dataset_pages.cc column_words.cc


def test_a_server_without_datasets_says_so(nobody):
    page = nobody.get("/datasets")
    assert page.status == 200 and "No dataset is published yet" in page.text
    assert 'aria-current="true"' in page.text and "<table" not in page.text
    assert "Add a dataset" not in page.text
    assert nobody.get("/datasets?title=pay").status == 200
    assert nobody.get("/datasets?cursor=ff").status == 422


def test_what_does_not_exist_is_one_page(nobody):
    missing = nobody.get("/datasets/no-such-000000")
    assert missing.status == 404 and missing.body == nobody.get("/nothing-at-all").body
