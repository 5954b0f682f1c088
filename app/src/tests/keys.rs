//! Every text that the source names by a whole key exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use synchronizer_domain::connection::CheckKind;
use synchronizer_domain::profile::CalendarSystem;

const PREFIXES: [&str; 7] = [
    "portal.", "common.", "state.", "match.", "party.", "check.", "system.",
];

fn catalogue() -> BTreeSet<String> {
    ["shared", "portal"]
        .iter()
        .flat_map(|part| {
            let path = format!("{}/locales/en/{part}.json", env!("CARGO_MANIFEST_DIR"));
            let texts: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            texts.into_iter().map(|(key, _)| key)
        })
        .collect()
}

fn named_in(folder: &Path, keys: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "tests") {
                named_in(&path, keys);
            }
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        keys.extend(
            source
                .split('"')
                .filter(|text| PREFIXES.iter().any(|prefix| text.starts_with(prefix)))
                .filter(|text| !text.ends_with('.'))
                .filter(|text| {
                    text.bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b))
                })
                .map(str::to_owned),
        );
    }
}

#[test]
fn every_named_text_exists() {
    let catalogue = catalogue();
    let mut named = BTreeSet::new();
    named_in(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut named,
    );
    for kind in CheckKind::ALL {
        named.insert(format!("check.{}", kind.word()));
        named.insert(format!("check.{}.failed", kind.word()));
    }
    for system in CalendarSystem::ALL {
        for part in [
            "select.{}.text",
            "select.{}.needs",
            "systems.help.{}.title",
            "systems.help.{}.text",
        ] {
            named.insert(format!("portal.{}", part.replace("{}", system.word())));
        }
    }
    for group in synchronizer_domain::account::AuditGroup::ALL {
        named.insert(format!("portal.audit.group.{}", group.word()));
    }
    for column in ["person", "role", "seen", "do", "device", "since", "last"] {
        named.insert(format!("portal.account.column.{column}"));
    }
    for side in ["crm", "calendar"] {
        for part in ["", "search.", "filter.", "retired.", "no_email."] {
            named.insert(format!("portal.link.{part}{side}"));
        }
    }
    let missing: Vec<_> = named
        .iter()
        .filter(|key| !catalogue.contains(*key) && !catalogue.contains(&format!("{key}.other")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Every action that the use cases write has its words.
#[test]
fn every_action_of_the_audit_log_has_a_text() {
    use synchronizer_domain::account::AuditGroup;

    fn actions_in(folder: &Path, actions: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                actions_in(&path, actions);
                continue;
            }
            let prefixes: Vec<_> = AuditGroup::ALL
                .iter()
                .flat_map(|group| group.prefixes())
                .map(|prefix| format!("{prefix}."))
                .collect();
            let source = fs::read_to_string(&path).unwrap();
            let words = source.split('"').filter(|text| {
                prefixes.iter().any(|prefix| {
                    text.strip_prefix(prefix.as_str()).is_some_and(|rest| {
                        !rest.is_empty()
                            && rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
                    })
                })
            });
            actions.extend(words.map(str::to_owned));
        }
    }

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut actions = BTreeSet::new();
    actions_in(&root.join("../crates/services/src"), &mut actions);
    assert!(actions.contains("link.created"), "{actions:?}");
    let texts: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&fs::read_to_string(root.join("locales/en/public.json")).unwrap())
            .unwrap();
    let missing: Vec<_> = actions
        .iter()
        .filter(|action| !texts.contains_key(&format!("audit.{action}")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
