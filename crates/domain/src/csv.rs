//! Files that people open in a spreadsheet (RFC 4180), in a form that no spreadsheet takes
//! for a formula.

use crate::Locale;

/// A file that is being written, in the form that a language's spreadsheets open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    text: String,
    separator: char,
}

impl Table {
    /// A file with its first line. Where the comma stands in numbers, spreadsheets expect
    /// a semicolon between two fields.
    #[must_use]
    pub fn new(locale: Locale, columns: &[impl AsRef<str>]) -> Self {
        let separator = match locale {
            Locale::En => ',',
            Locale::Nl | Locale::Nb | Locale::Sv | Locale::Da | Locale::De => ';',
        };
        Self::separated(separator, columns)
    }

    /// A file with its first line for scripts: commas in every language.
    #[must_use]
    pub fn for_scripts(columns: &[impl AsRef<str>]) -> Self {
        Self::separated(',', columns)
    }

    /// It begins with the mark by which spreadsheets know UTF-8.
    fn separated(separator: char, columns: &[impl AsRef<str>]) -> Self {
        let mut table = Self {
            text: "\u{feff}".to_owned(),
            separator,
        };
        table.add(columns);
        table
    }

    /// Adds a line.
    pub fn add(&mut self, fields: &[impl AsRef<str>]) {
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                self.text.push(self.separator);
            }
            add_field(&mut self.text, field.as_ref());
        }
        self.text.push_str("\r\n");
    }

    /// The whole file.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }
}

/// A text that a spreadsheet would calculate gets an apostrophe before it: names and
/// addresses are typed by people of other systems.
fn add_field(file: &mut String, field: &str) {
    let guarded = field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let quoted = guarded || field.contains(['"', ',', ';', '\r', '\n', '\'']);
    if quoted {
        file.push('"');
    }
    if guarded {
        file.push('\'');
    }
    if quoted {
        file.push_str(&field.replace('"', "\"\""));
        file.push('"');
    } else {
        file.push_str(field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_opens_in_the_spreadsheets_of_its_language() {
        for (locale, line) in [
            (Locale::En, "\"a;b\",\"c,d\",\"'=1\"\r\n"),
            (Locale::De, "\"a;b\";\"c,d\";\"'=1\"\r\n"),
        ] {
            let mut table = Table::new(locale, &["x"]);
            table.add(&["a;b", "c,d", "=1"]);
            assert_eq!(table.into_text(), format!("\u{feff}x\r\n{line}"));
        }
    }

    #[test]
    fn no_field_is_a_formula_and_every_field_stays_one() {
        let mut file = Table::for_scripts(&["a", "b"]);
        for field in [
            "plain",
            "=1+1",
            "+47 900",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "＝1",
            "O'Hara, Zoë",
            "say \"hi\"",
            "two\r\nlines",
            "",
        ] {
            file.add(&[field, "x"]);
        }
        let expected = [
            "\u{feff}a,b",
            "plain,x",
            "\"'=1+1\",x",
            "\"'+47 900\",x",
            "\"'-2\",x",
            "\"'@SUM(A1)\",x",
            "\"'\t=1\",x",
            "\"'＝1\",x",
            "\"O'Hara, Zoë\",x",
            "\"say \"\"hi\"\"\",x",
            "\"two\r\nlines\",x",
            ",x",
            "",
        ];
        assert_eq!(file.into_text(), expected.join("\r\n"));
    }
}
