//! Rules that every source file follows.

use anyhow::Result;

use crate::paths;
use crate::process::{capture, command};

/// The longest file; a longer one has two reasons to change.
const LONGEST: usize = 600;

/// Pieces of text that have no place in the tree, and why. Written in halves so that this
/// file does not find itself.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("todo", "!(", "finish it"),
    ("unimpl", "emented!(", "finish it"),
    ("db", "g!(", "use tracing"),
    ("TO", "DO", "finish it or write down the limit"),
    ("FIX", "ME", "mend it"),
    ("#[", "allow(", "use #[expect(lint, reason = \"…\")]"),
    ("waitFor", "Timeout(", "wait for a condition"),
];

/// A file of the tree.
#[derive(Debug)]
pub struct Source {
    /// Path from the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Complaints about the sources.
///
/// # Errors
/// When they cannot be read.
pub fn check() -> Result<Vec<String>> {
    let files = files(&["rs", "ts", "css"])?;
    Ok(files.iter().flat_map(of_file).collect())
}

/// Every file with one of the endings that is committed or could be.
///
/// # Errors
/// When git fails or a file cannot be read.
pub fn files(endings: &[&str]) -> Result<Vec<Source>> {
    let root = paths::root()?;
    let list = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let names = capture(command("git")?.args(list))?;
    let mut files = Vec::new();
    for name in names.lines() {
        let file = root.join(name);
        let wanted = file.extension().and_then(|ending| ending.to_str());
        // A file may be deleted and not yet committed as such.
        if wanted.is_some_and(|ending| endings.contains(&ending)) && file.is_file() {
            files.push(Source {
                path: name.to_owned(),
                text: std::fs::read_to_string(file)?,
            });
        }
    }
    Ok(files)
}

fn of_file(file: &Source) -> Vec<String> {
    let path = &file.path;
    let mut complaints = Vec::new();
    let lines = file.text.lines().count();
    if lines > LONGEST {
        complaints.push(format!("{path} has {lines} lines, {LONGEST} are the limit"));
    }
    if path.ends_with(".rs") && !file.text.starts_with("//!") {
        complaints.push(format!(
            "{path} does not start with its documentation (//!)"
        ));
    }
    for (first, second, advice) in FORBIDDEN {
        let word = format!("{first}{second}");
        if let Some(line) = file.text.lines().position(|line| has_word(line, &word)) {
            complaints.push(format!("{path}:{} has {word}: {advice}", line + 1));
        }
    }
    complaints.extend(prefixed_tests(file));
    complaints
}

/// Whether the text stands there and is not the end of a longer word, such as iCalendar's
/// name of a task.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(char::is_alphanumeric)
    })
}

/// Tests whose name starts with `test_`: names are sentences.
fn prefixed_tests(file: &Source) -> impl Iterator<Item = String> {
    let lines = file.text.lines().enumerate();
    let pairs = lines.clone().zip(lines.skip(1));
    pairs.filter_map(|((_, attribute), (number, line))| {
        let is_test = attribute.contains("test]") || attribute.contains("test(");
        let name = line
            .trim()
            .trim_start_matches("async ")
            .strip_prefix("fn ")?;
        (is_test && name.starts_with("test_")).then(|| {
            format!(
                "{}:{} has a test with the prefix test_",
                file.path,
                number + 1
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(path: &str, text: &str) -> Vec<String> {
        of_file(&Source {
            path: path.to_owned(),
            text: text.to_owned(),
        })
    }

    #[test]
    fn a_documented_short_file_is_fine() {
        assert!(complaints("a.rs", "//! What it owns.\nfn a() {}\n").is_empty());
    }

    #[test]
    fn a_file_without_documentation_is_refused() {
        assert_eq!(complaints("a.rs", "fn a() {}\n").len(), 1);
    }

    #[test]
    fn a_long_file_is_refused() {
        assert_eq!(complaints("a.css", &"a{}\n".repeat(LONGEST + 1)).len(), 1);
    }

    #[test]
    fn only_tests_may_not_begin_with_test() {
        let text = "//! a\n#[test]\nfn test_a() {}\nfn test_b() {}\n";
        assert_eq!(
            complaints("a.rs", text),
            ["a.rs:3 has a test with the prefix test_"]
        );
    }

    #[test]
    fn a_word_within_another_is_fine() {
        let word = ["TO", "DO"].concat();
        assert!(has_word(&format!("// {word} later"), &word));
        assert!(!has_word(&format!("BEGIN:V{word}"), &word));
    }

    #[test]
    fn unfinished_work_is_refused_with_its_line() {
        let word = ["todo", "!("].concat();
        let text = format!("//! a\nfn a() {{ {word}) }}\n");
        assert_eq!(
            complaints("a.rs", &text),
            [format!("a.rs:2 has {word}: finish it")]
        );
    }
}
