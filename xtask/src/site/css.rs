//! One style sheet out of `style/main.css` and what it imports.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// The text of a sheet with its `@import` lines replaced by the files that they name, in
/// order; `layer(x)` becomes a block of that layer. Imports stand at the start of a line.
///
/// # Errors
/// When a file is missing or an import has a form that this does not know.
pub fn bundle(sheet: &Path) -> Result<String> {
    bundle_at(sheet, 0)
}

fn bundle_at(sheet: &Path, depth: usize) -> Result<String> {
    if depth > 8 {
        bail!("{}: imports itself", sheet.display());
    }
    let text = fs::read_to_string(sheet).with_context(|| format!("no {}", sheet.display()))?;
    let mut bundled = String::with_capacity(text.len());
    for line in text.lines() {
        match line.strip_prefix("@import") {
            Some(rest) => {
                let (file, layer) = import(rest)
                    .with_context(|| format!("{}: cannot read {line}", sheet.display()))?;
                let inner = bundle_at(&sheet.with_file_name(file), depth + 1)?;
                match layer {
                    Some(layer) => bundled.push_str(&format!("@layer {layer} {{\n{inner}}}\n")),
                    None => bundled.push_str(&inner),
                }
            }
            None => {
                bundled.push_str(line);
                bundled.push('\n');
            }
        }
    }
    Ok(bundled)
}

/// File and layer of `"file.css" layer(x);` or `url("file.css");`.
fn import(rest: &str) -> Option<(&str, Option<&str>)> {
    let rest = rest.split("/*").next()?.trim().strip_suffix(';')?.trim();
    let (rest, is_url) = match rest.strip_prefix("url(") {
        Some(inner) => (inner, true),
        None => (rest, false),
    };
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (file, rest) = rest.get(1..)?.split_once(quote)?;
    let rest = if is_url {
        rest.strip_prefix(')')?
    } else {
        rest
    };
    match rest.trim() {
        "" => Some((file, None)),
        layer => Some((
            file,
            Some(layer.strip_prefix("layer(")?.strip_suffix(')')?.trim()),
        )),
    }
}

/// The sheet without comments and needless white space. Strings stay as they are; nothing is
/// reordered or rewritten.
pub fn minify(sheet: &str) -> String {
    let mut small = String::with_capacity(sheet.len());
    let mut rest = sheet;
    let mut gap = false;
    while let Some(c) = rest.chars().next() {
        let taken = if let Some(comment) = rest.strip_prefix("/*") {
            gap = true;
            2 + comment.find("*/").map_or(comment.len(), |end| end + 2)
        } else if c.is_whitespace() {
            gap = true;
            c.len_utf8()
        } else {
            if gap && needs_gap(small.chars().next_back(), c) {
                small.push(' ');
            }
            gap = false;
            if c == '}' && small.ends_with(';') {
                small.pop();
            }
            let length = if matches!(c, '"' | '\'') {
                string(rest, c)
            } else {
                c.len_utf8()
            };
            small.push_str(rest.get(..length).unwrap_or(rest));
            length
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    small
}

/// Length of the string literal at the start, quotes included.
fn string(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// White space means nothing around `{ } ; ,` and after `:`. It does before `:` (selectors)
/// and around `+`, `-`, parentheses and combinators, so those keep theirs.
fn needs_gap(before: Option<char>, after: char) -> bool {
    let free = |c| matches!(c, '{' | '}' | ';' | ',');
    before.is_some_and(|before| !free(before) && before != ':') && !free(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_replaced_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write(
            "main.css",
            "@layer a, b;\n@import \"one.css\" layer(a);\n@import url('two.css');\nc{}\n",
        );
        write("one.css", "a{}\n");
        write("two.css", "b{}\n");
        let bundled = bundle(&folder.path().join("main.css")).unwrap();
        assert_eq!(bundled, "@layer a, b;\n@layer a {\na{}\n}\nb{}\nc{}\n");
    }

    #[test]
    fn an_import_of_a_missing_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let main = folder.path().join("main.css");
        fs::write(&main, "@import \"gone.css\";\n").unwrap();
        assert!(bundle(&main).unwrap_err().to_string().contains("gone.css"));
    }

    #[test]
    fn an_unknown_form_of_import_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let main = folder.path().join("main.css");
        fs::write(&main, "@import \"print.css\" print;\n").unwrap();
        assert!(bundle(&main).is_err());
    }

    #[test]
    fn comments_and_white_space_go() {
        let sheet = "/* a */\n.a ,\n.b > p {\n  color: red;\n  margin: 0 auto;\n}\n";
        assert_eq!(minify(sheet), ".a,.b > p{color:red;margin:0 auto}");
    }

    #[test]
    fn white_space_that_carries_meaning_stays() {
        let sheet = ".a :hover { width: calc(1px + 2px); inset: -1px }\n@media (a) and (b) { & .x { y: z } }";
        let small = ".a :hover{width:calc(1px + 2px);inset:-1px}@media (a) and (b){& .x{y:z}}";
        assert_eq!(minify(sheet), small);
    }

    #[test]
    fn strings_stay_untouched() {
        let sheet = "a { content: \"  /* no */ \\\" ; }\"; }";
        assert_eq!(minify(sheet), "a{content:\"  /* no */ \\\" ; }\"}");
    }
}
