//! Only licences that let everybody use, change and ship the product.

use super::metadata::Package;

const ALLOWED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Complaints about packages without an allowed licence.
pub fn check(packages: &[Package]) -> Vec<String> {
    packages
        .iter()
        .filter_map(|package| {
            let name = format_args!("{} {}", package.name, package.version);
            match package.licence.as_deref() {
                None => Some(format!("{name} declares no licence")),
                Some(licence) if !is_allowed(licence) => {
                    Some(format!("{name} has the licence {licence}"))
                }
                Some(_) => None,
            }
        })
        .collect()
}

/// Whether an SPDX expression can be satisfied with allowed licences alone.
fn is_allowed(expression: &str) -> bool {
    // "MIT/Apache-2.0" is the old way to write OR.
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let satisfied = any(&mut rest);
    satisfied && rest.is_empty()
}

fn any(words: &mut &[&str]) -> bool {
    let mut satisfied = all(words);
    while let Some((&"OR", rest)) = words.split_first() {
        *words = rest;
        satisfied |= all(words);
    }
    satisfied
}

fn all(words: &mut &[&str]) -> bool {
    let mut satisfied = one(words);
    while let Some((&"AND", rest)) = words.split_first() {
        *words = rest;
        satisfied &= one(words);
    }
    satisfied
}

fn one(words: &mut &[&str]) -> bool {
    match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let satisfied = any(words);
            match words.split_first() {
                Some((&")", rest)) => *words = rest,
                _ => return false,
            }
            satisfied
        }
        [licence, "WITH", exception, rest @ ..] => {
            *words = rest;
            ALLOWED.contains(&format!("{licence} WITH {exception}").as_str())
        }
        [licence, rest @ ..] => {
            *words = rest;
            ALLOWED.contains(licence)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_allowed_alternative_is_enough() {
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-2.0 OR MIT",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
        ] {
            assert!(is_allowed(good), "{good}");
        }
    }

    #[test]
    fn every_required_licence_must_be_allowed() {
        for bad in [
            "AGPL-3.0",
            "MIT AND GPL-3.0",
            "GPL-2.0 WITH Classpath-exception-2.0",
            "(MIT",
            "",
        ] {
            assert!(!is_allowed(bad), "{bad}");
        }
    }
}
