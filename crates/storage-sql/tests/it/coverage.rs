//! No repository method without a case, none with a tenant that tenancy forgets.

use std::path::PathBuf;

fn source(path: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../storage/src");
    std::fs::read_to_string(folder.join(path)).unwrap()
}

/// Every repository method with its parameters.
fn methods() -> Vec<(String, String)> {
    let methods = [
        "consents.rs",
        "repositories.rs",
        "repositories/work.rs",
        "repositories/seals.rs",
        "keeping.rs",
        "status.rs",
        "notices.rs",
    ]
    .map(source)
    .concat()
    .split("async fn ")
    .skip(1)
    .map(|rest| {
        let (name, rest) = rest.split_once('(').unwrap();
        let (parameters, _) = rest.split_once("->").unwrap();
        (name.to_owned(), parameters.to_owned())
    })
    .collect::<Vec<_>>();
    assert!(methods.len() > 50, "the parser found {}", methods.len());
    methods
}

fn calls(text: &str, method: &str) -> bool {
    text.contains(&format!(".{method}("))
}

#[test]
fn every_repository_method_has_a_case() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../storage/src/contract");
    let cases = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_none_or(|name| name != "world.rs"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect::<String>();
    for (method, _) in methods() {
        assert!(calls(&cases, &method), "{method} has no case");
    }
}

#[test]
fn every_method_with_a_tenant_is_tried_by_a_foreign_one() {
    let tenancy = source("contract/tenancy.rs");
    for (method, parameters) in methods() {
        if parameters.contains("tenant: TenantId") {
            assert!(calls(&tenancy, &method), "{method} is not in tenancy.rs");
        }
    }
}
