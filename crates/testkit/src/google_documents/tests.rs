//! The judge, judged: over an invented document, so that it runs without Google's.

use serde_json::json;

use super::*;

fn documents() -> GoogleDocuments {
    GoogleDocuments::new(&[json!({
        "servicePath": "things/v1/",
        "parameters": { "fields": { "type": "string", "location": "query" } },
        "schemas": {
            "Page": { "type": "object", "properties": {
                "next": { "type": "string" },
                "things": { "type": "array", "items": { "$ref": "Thing" } },
            }},
            "Thing": { "type": "object", "properties": {
                "id": { "type": "string", "annotations": { "required": ["things.insert"] } },
                "at": { "type": "string", "format": "date-time" },
                "size": { "type": "integer", "format": "int32" },
                "color": { "type": "string", "enum": ["red", "blue"] },
                "more": { "type": "object", "additionalProperties": { "type": "boolean" } },
                "odd": { "type": "string", "pattern": "^a$" },
            }},
        },
        "resources": { "shelves": { "resources": { "things": { "methods": {
            "list": { "id": "things.list", "httpMethod": "GET", "path": "shelves/{shelf}/things",
                "scopes": ["all", "read"], "response": { "$ref": "Page" },
                "parameters": {
                    "shelf": { "type": "string", "location": "path", "required": true },
                    "most": { "type": "integer", "format": "int32", "location": "query", "minimum": "1", "maximum": "9" },
                    "deep": { "type": "boolean", "location": "query" },
                    "of": { "type": "string", "location": "query", "required": true, "enum": ["x", "y"] },
                }},
            "mine": { "id": "things.mine", "httpMethod": "GET", "path": "shelves/mine/things", "scopes": ["all"] },
            "insert": { "id": "things.insert", "httpMethod": "POST", "path": "shelves/{shelf}/things",
                "scopes": ["all"], "request": { "$ref": "Thing" }, "response": { "$ref": "Thing" } },
        }}}}},
    })])
}

fn listing(query: &[(&str, &str)], answer: Value) -> Exchange {
    Exchange {
        method: "GET".to_owned(),
        path: "/things/v1/shelves/7/things".to_owned(),
        query: query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        scopes: vec!["read".to_owned()],
        body: None,
        status: 200,
        answer,
    }
}

#[test]
fn good_requests_and_answers_pass() {
    let answer = json!({ "next": "n", "things": [
        { "id": "1", "at": "2026-03-02T08:00:00.000Z", "size": 3, "color": "red", "more": { "x": true } }
    ]});
    let query = [
        ("of", "x"),
        ("most", "9"),
        ("deep", "false"),
        ("fields", "next,things(id,more)"),
    ];
    let exchange = listing(&query, answer);
    let documents = documents();
    assert_eq!(documents.method(&exchange), Some("things.list"));
    assert_eq!(documents.request(&exchange), Vec::<String>::new());
    assert_eq!(documents.answer(&exchange), Vec::<String>::new());
    assert_eq!(documents.scopes("things.list"), ["all", "read"]);
}

#[test]
fn every_fault_of_a_request_is_named() {
    let documents = documents();
    for (query, told) in [
        (vec![], "of is needed"),
        (vec![("of", "z")], "not among the known words"),
        (vec![("of", "x"), ("of", "y")], "of is given 2 times"),
        (vec![("of", "x"), ("most", "10")], "out of bounds"),
        (vec![("of", "x"), ("most", "0")], "out of bounds"),
        (vec![("of", "x"), ("most", "many")], "many"),
        (vec![("of", "x"), ("deep", "yes")], "is no boolean"),
        (vec![("of", "x"), ("shelf", "7")], "no parameter shelf"),
        (vec![("of", "x"), ("new", "7")], "no parameter new"),
        (vec![("of", "x"), ("fields", "thing")], "no member thing"),
        (
            vec![("of", "x"), ("fields", "things/name")],
            "no member name",
        ),
        (vec![("of", "x"), ("fields", "things(id")], "not balanced"),
    ] {
        let found = documents.request(&listing(&query, json!({})));
        assert!(
            found.iter().any(|one| one.contains(told)),
            "{told}: {found:?}"
        );
    }
    let mut poor = listing(&[("of", "x")], json!({}));
    poor.scopes = vec!["write".to_owned()];
    poor.body = Some(json!({}));
    let found = documents.request(&poor);
    assert!(found[0].contains("suffices") && found[1].contains("not allowed"));
}

#[test]
fn every_fault_of_a_body_is_named() {
    let documents = documents();
    for (body, told) in [
        (Value::Null, "a body is needed"),
        (json!([]), "is no object"),
        (json!({ "size": 3 }), "id is needed"),
        (json!({ "id": 3 }), "is no string"),
        (json!({ "id": null }), "is no string"),
        (json!({ "id": "1", "name": "" }), "name: no such member"),
        (json!({ "id": "1", "size": 3_000_000_000_u32 }), "int32"),
        (json!({ "id": "1", "size": 1.5 }), "int32"),
        (json!({ "id": "1", "at": "2026-03-02" }), "date-time"),
        (json!({ "id": "1", "color": "green" }), "known words"),
        (json!({ "id": "1", "more": { "x": 1 } }), "more.x"),
        (json!({ "id": "1", "odd": "a" }), "not compared"),
    ] {
        let exchange = Exchange {
            method: "POST".to_owned(),
            scopes: vec!["all".to_owned()],
            body: Some(body.clone()).filter(|body| !body.is_null()),
            ..listing(&[], body)
        };
        let found = documents.request(&exchange);
        assert!(
            found.iter().any(|one| one.contains(told)),
            "{told}: {found:?}"
        );
    }
    let found = documents.answer(&listing(
        &[],
        json!({ "things": [{ "id": "1" }, { "id": 2 }] }),
    ));
    assert!(
        found[0].contains("things.list: answer.things[1].id"),
        "{found:?}"
    );
    let refused = Exchange {
        status: 403,
        ..listing(&[], json!({ "error": 1 }))
    };
    assert!(documents.answer(&refused).is_empty());
}

#[test]
fn the_method_with_fewer_placeholders_is_meant() {
    let documents = documents();
    let at = |method: &str, path: &str| {
        let exchange = Exchange {
            method: method.to_owned(),
            path: path.to_owned(),
            ..listing(&[], Value::Null)
        };
        documents.method(&exchange).map(str::to_owned)
    };
    let mine = "/things/v1/shelves/mine/things";
    assert_eq!(at("GET", mine).as_deref(), Some("things.mine"));
    assert_eq!(at("POST", mine).as_deref(), Some("things.insert"));
    for path in [
        "/things/v1/shelves//things",
        "/shelves/7/things",
        "/things/v1/shelves/7",
    ] {
        assert_eq!(at("GET", path), None, "{path}");
    }
    let nowhere = listing(&[], Value::Null);
    let nowhere = Exchange {
        path: "/x".to_owned(),
        ..nowhere
    };
    assert_eq!(documents.request(&nowhere), ["no method is GET /x"]);
    assert_eq!(documents.answer(&nowhere).len(), 1);
}
