"""The OpenAPI documents of the channels' API: valid, and true to what they show."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from scripts.openapi import documents

DOCUMENTS = documents()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_openapi_and_its_examples_are_of_their_schemas(name: str) -> None:
    document = DOCUMENTS[name]
    OpenAPIV31SpecValidator(document).validate()
    schemas = document["components"]["schemas"]
    examples = [(schema, example) for schema in schemas.values() for example in schema.get("examples", ())]
    for schema, example in examples:
        Draft202012Validator({**schema, "components": document["components"]}).validate(example)
    sent = {body["schema"]["$ref"].rsplit("/", 1)[1] for body in _bodies(document)}
    assert {schemas[each]["title"] for each in sent if "examples" in schemas[each]} == sent, "each body has an example"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_operation_has_its_problems_and_each_act_its_key(name: str) -> None:
    for methods in DOCUMENTS[name]["paths"].values():
        for method, operation in methods.items():
            keys = [each["required"] for each in operation["parameters"] if each["name"] == "idempotency-key"]
            assert keys == ([True] if method == "post" else [])
            for status, response in operation["responses"].items():
                content = "application/json" if status == "200" else "application/problem+json"
                assert list(response["content"]) == [content]
            assert operation["responses"].keys() >= {"200", "401", "403", "422"}


def _bodies(document: dict[str, Any]) -> list[dict[str, Any]]:
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    return [each["requestBody"]["content"]["application/json"] for each in operations if "requestBody" in each]
