//! From the bytes of a file to its lines.

use encoding_rs::{Encoding, WINDOWS_1252};
use synchronizer_domain::bulk::MAX_PAIRS;
use synchronizer_domain::import::{FileProblem, Line, MAX_FILE};
use synchronizer_domain::text::clean;

/// Longest part of a line that is shown.
const MAX_LINE: usize = 200;
/// Longest field that is looked at; nobody has a longer address.
const MAX_FIELD: usize = 320;
/// What may stand between two fields; the first that divides most lines does.
const SEPARATORS: [char; 3] = ['\t', ';', ','];
/// Lines that are looked at for it.
const SAMPLE: usize = 50;
/// How workbooks begin: OOXML and OpenDocument (ZIP), and the older compound files.
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"];

/// The text of a file, with one kind of line end, and whether its letters are a guess:
/// Unicode is known by its mark or by its form, everything else is taken for Windows-1252.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, bool), FileProblem> {
    if bytes.len() > MAX_FILE {
        return Err(FileProblem::TooLarge);
    }
    if WORKBOOKS.iter().any(|start| bytes.starts_with(start)) {
        return Err(FileProblem::Workbook);
    }
    let (text, guessed) = match (Encoding::for_bom(bytes), std::str::from_utf8(bytes)) {
        (Some((encoding, _)), _) => (encoding.decode(bytes).0.into_owned(), false),
        (None, Ok(text)) => (text.to_owned(), false),
        (None, Err(_)) => (WINDOWS_1252.decode(bytes).0.into_owned(), true),
    };
    if text.chars().any(is_no_text) {
        return Err(FileProblem::NotText);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.trim().is_empty() {
        return Err(FileProblem::Empty);
    }
    Ok((text, guessed))
}

const fn is_no_text(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{e}'..='\u{1a}' | '\u{1c}'..='\u{1f}')
}

/// The lines of a list that say something.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, FileProblem> {
    let (separator, mut rest, mut number) = match text.split_once('\n') {
        // Spreadsheet programs take the separator from such a line.
        Some((first, rest)) if declared(first).is_some() => {
            (declared(first).unwrap_or(';'), rest, 2)
        }
        _ => (separator(text), text, 1),
    };
    let mut lines = Vec::new();
    loop {
        let after_quote = take(rest, separator, &mut number, &mut lines);
        if lines.len() > MAX_PAIRS + 1 {
            return Err(FileProblem::TooManyLines);
        }
        match after_quote {
            Some(after) => rest = after,
            None => return Ok(lines),
        }
    }
}

/// Takes lines up to the end, or up to one whose quotation mark swallows all that follows;
/// then what follows it.
fn take<'t>(
    text: &'t str,
    separator: char,
    number: &mut u32,
    lines: &mut Vec<Line>,
) -> Option<&'t str> {
    let mut reader = reader(text, separator);
    let mut record = csv::StringRecord::new();
    let mut start = 0;
    // It fails for bytes that are no text, of which there are none.
    while matches!(reader.read_record(&mut record), Ok(true)) {
        let end = usize::try_from(reader.position().byte()).unwrap_or(text.len());
        let raw = text.get(start..end).unwrap_or_default();
        let begun = raw.trim_start_matches('\n');
        *number += newlines(raw) - newlines(begun);
        let (first, after) = begun.split_once('\n').unwrap_or((begun, ""));
        if end == text.len() && swallows(begun, separator) {
            lines.push(Line {
                number: *number,
                text: clean(first, MAX_LINE),
                fields: None,
            });
            *number += 1;
            return Some(after);
        }
        lines.push(Line {
            number: *number,
            text: clean(begun, MAX_LINE),
            fields: Some(record.iter().map(field).collect()),
        });
        if lines.len() > MAX_PAIRS + 1 {
            return None;
        }
        *number += newlines(begun);
        start = end;
    }
    None
}

fn reader(text: &str, separator: char) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(separator).unwrap_or(b';'))
        .from_reader(text.as_bytes())
}

/// Whether a quotation mark that begins a field has none that ends it.
fn swallows(record: &str, separator: char) -> bool {
    let opens = record.starts_with('"') || record.contains(&format!("{separator}\""));
    opens && record.matches('"').count() % 2 == 1
}

/// Our own files put an apostrophe before what a spreadsheet would calculate.
fn field(field: &str) -> String {
    let field = match field.strip_prefix('\'') {
        Some(guarded) if guarded.starts_with(['=', '+', '-', '@']) => guarded,
        _ => field,
    };
    clean(field, MAX_FIELD)
}

fn newlines(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

/// The separator of a line like `sep=;`.
fn declared(line: &str) -> Option<char> {
    let line = line.trim().to_ascii_lowercase();
    let mut rest = line.strip_prefix("sep=")?.chars();
    rest.next()
        .filter(|separator| rest.next().is_none() && separator.is_ascii())
}

/// The separator that divides most of the first lines.
fn separator(text: &str) -> char {
    let divided = |separator: &char| {
        reader(text, *separator)
            .records()
            .take(SAMPLE)
            .filter(|record| record.as_ref().is_ok_and(|record| record.len() > 1))
            .count()
    };
    let mut best = (';', 0);
    for separator in SEPARATORS {
        let lines = divided(&separator);
        if lines > best.1 {
            best = (separator, lines);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u32, Option<Vec<String>>)> {
        lines(text)
            .unwrap()
            .into_iter()
            .map(|line| (line.number, line.fields))
            .collect()
    }

    fn fields(of: &[&str]) -> Option<Vec<String>> {
        Some(of.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn every_usual_encoding_is_read() {
        let text = "Zoë;Øyvind\n";
        let utf16 = |big: bool| -> Vec<u8> {
            "\u{feff}Zoë;Øyvind\r\n"
                .encode_utf16()
                .flat_map(|unit| {
                    if big {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                })
                .collect()
        };
        for (bytes, guessed) in [
            ("Zoë;Øyvind\r\n".as_bytes().to_vec(), false),
            ("\u{feff}Zoë;Øyvind\r".as_bytes().to_vec(), false),
            (utf16(false), false),
            (utf16(true), false),
            (b"Zo\xeb;\xd8yvind\n".to_vec(), true),
        ] {
            assert_eq!(decode(&bytes), Ok((text.to_owned(), guessed)), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_list_is_told_apart() {
        let long = vec![b'a'; MAX_FILE + 1];
        for (bytes, problem) in [
            (&b""[..], FileProblem::Empty),
            (b"\xef\xbb\xbf \r\n\t", FileProblem::Empty),
            (b"PK\x03\x04rest", FileProblem::Workbook),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest",
                FileProblem::Workbook,
            ),
            (b"%PDF-1.7\n%\x01\x02", FileProblem::NotText),
            (b"a\0b\0", FileProblem::NotText),
            (&long, FileProblem::TooLarge),
        ] {
            assert_eq!(decode(bytes), Err(problem));
        }
    }

    #[test]
    fn separators_are_seen_and_quoted_ones_do_not_separate() {
        for text in [
            "a@x.example;b@x.example",
            "a@x.example,b@x.example",
            "a@x.example\tb@x.example",
            "sep=|\na@x.example|b@x.example",
            "\"a@x.example\";\"b@x.example\"",
        ] {
            let got = read(text);
            assert_eq!(got[0].1, fields(&["a@x.example", "b@x.example"]), "{text}");
        }
        let text = "\"Müller; Zoë\";\"say \"\"hi\"\"\"\n\"'+47\";'s";
        let got = read(text);
        assert_eq!(got[0].1, fields(&["Müller; Zoë", "say \"hi\""]));
        assert_eq!(got[1].1, fields(&["+47", "'s"]));
        assert_eq!(
            read("Müller, Zoë;z\nBohm, Wiebke;w")[0].1,
            fields(&["Müller, Zoë", "z"])
        );
    }

    #[test]
    fn lines_keep_their_numbers_over_empty_and_long_ones() {
        let text = "\n\na;b\n\nc;\"d\nd\"\ne;f\n";
        assert_eq!(
            read(text),
            [
                (3, fields(&["a", "b"])),
                (5, fields(&["c", "d d"])),
                (7, fields(&["e", "f"])),
            ]
        );
        assert_eq!(read("sep=;\na;b")[0].0, 2);
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_spoils_its_own_line_alone() {
        let text = "a;b\n\"c;d\ne;f\ng;h";
        let got = read(text);
        assert_eq!(
            got,
            [
                (1, fields(&["a", "b"])),
                (2, None),
                (3, fields(&["e", "f"])),
                (4, fields(&["g", "h"])),
            ]
        );
        assert_eq!(read("a;O\"Hara"), [(1, fields(&["a", "O\"Hara"]))]);
    }

    #[test]
    fn a_list_has_an_end() {
        let text = "a;b\n".repeat(MAX_PAIRS + 1);
        assert_eq!(lines(&text).map(|lines| lines.len()), Ok(MAX_PAIRS + 1));
        assert_eq!(lines(&format!("{text}a;b")), Err(FileProblem::TooManyLines));
    }
}
