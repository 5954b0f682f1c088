//! Which crate may use which. Arrows point downward only, so that the database, the mail
//! transport and the HTTP client cannot leak upward (see docs/architecture.md).

use super::metadata::{Kind, Package};

/// Prefix of our library crates.
const PREFIX: &str = "synchronizer-";

/// Our crates and the ones of ours that each may link.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("app", &["domain"]),
    ("frontend", &["app"]),
    ("storage", &["domain"]),
    ("vault", &["domain"]),
    ("providers", &["domain"]),
    ("storage-sql", &["domain", "storage"]),
    ("engine", &["domain", "storage", "vault", "providers"]),
    ("jobs", &["domain", "storage", "vault", "providers"]),
    ("mail", &["domain", "storage", "vault", "providers"]),
    (
        "services",
        &[
            "domain",
            "storage",
            "vault",
            "providers",
            "engine",
            "jobs",
            "mail",
        ],
    ),
    ("sandbox", &["domain"]),
    (
        "testkit",
        &["domain", "storage", "vault", "providers", "mail", "sandbox"],
    ),
    (
        "server",
        &[
            "app",
            "domain",
            "engine",
            "jobs",
            "mail",
            "providers",
            "sandbox",
            "services",
            "storage",
            "storage-sql",
            "vault",
        ],
    ),
];

/// Foreign crates that only some of ours may link.
const KEPT_TO: &[(&str, &[&str])] = &[
    ("sqlx", &["storage-sql"]),
    ("reqwest", &["providers", "testkit"]),
    ("oauth2", &["providers"]),
    ("lettre", &["mail"]),
    ("minijinja", &["mail"]),
    ("chacha20poly1305", &["vault"]),
    ("axum", &["app", "server", "sandbox"]),
    ("anyhow", &["server"]),
];

/// Foreign crates that nobody may link, and why.
const NOBODY: &[(&str, &str)] = &[
    ("openssl-sys", "TLS is rustls with ring"),
    ("native-tls", "TLS is rustls with ring"),
    ("aws-lc-sys", "it needs cmake; rustls uses ring"),
];

/// Complaints about our crates' dependencies.
pub fn check(packages: &[Package]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (name, reason) in NOBODY {
        if packages.iter().any(|package| package.name == *name) {
            complaints.push(format!("{name} is in Cargo.lock: {reason}"));
        }
    }
    for package in packages.iter().filter(|package| package.ours) {
        if let Some(name) = package.name.strip_prefix(PREFIX) {
            complaints.extend(of_crate(name, &package.uses));
        }
    }
    complaints
}

fn of_crate(name: &str, uses: &[(String, Kind)]) -> Vec<String> {
    let Some((_, allowed)) = MAY_USE.iter().find(|(known, _)| *known == name) else {
        return vec![format!(
            "crate {name} has no row in xtask/src/checks/layers.rs"
        )];
    };
    // Tests may use anything; what they link is not shipped.
    let linked = uses.iter().filter(|(_, kind)| *kind != Kind::Dev);
    linked
        .filter(|(used, _)| match used.strip_prefix(PREFIX) {
            Some(used) => !allowed.contains(&used),
            None => KEPT_TO
                .iter()
                .any(|(kept, to)| kept == used && !to.contains(&name)),
        })
        .map(|(used, _)| format!("crate {name} must not use {used}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::metadata::tests::ours;
    use super::*;

    #[test]
    fn an_upward_arrow_is_refused() {
        let package = ours(
            "synchronizer-app",
            &[("synchronizer-services", Kind::Normal)],
        );
        let complaint = "crate app must not use synchronizer-services";
        assert_eq!(check(&[package]), [complaint]);
    }

    #[test]
    fn sql_stays_in_its_crate() {
        let package = ours("synchronizer-storage", &[("sqlx", Kind::Normal)]);
        assert_eq!(check(&[package]), ["crate storage must not use sqlx"]);
    }

    #[test]
    fn only_the_server_links_the_sql_implementation() {
        let used = [("synchronizer-storage-sql", Kind::Normal)];
        assert_eq!(check(&[ours("synchronizer-services", &used)]).len(), 1);
        assert!(check(&[ours("synchronizer-server", &used)]).is_empty());
    }

    #[test]
    fn the_test_kit_is_for_tests() {
        let linked = ours(
            "synchronizer-server",
            &[("synchronizer-testkit", Kind::Normal)],
        );
        let tested = ours(
            "synchronizer-server",
            &[("synchronizer-testkit", Kind::Dev)],
        );
        assert_eq!(check(&[linked]).len(), 1);
        assert!(check(&[tested]).is_empty());
    }

    #[test]
    fn a_new_crate_must_be_placed() {
        assert_eq!(check(&[ours("synchronizer-utils", &[])]).len(), 1);
    }
}
