//! The two lists of people.

use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, FieldError};
use crate::ids::{AssociateId, CalendarUserId};
use crate::text::{MAX_NAME, clean, is_email};

/// An entry of the CRM's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmUser {
    /// Key inside the tenant.
    pub id: AssociateId,
    /// Full name, never empty (falls back to the login).
    pub name: String,
    /// Primary e-mail, possibly empty.
    pub email: String,
    /// False for retired users.
    pub active: bool,
}

/// An entry of the calendar system's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarUser {
    /// Key inside the calendar system.
    pub id: CalendarUserId,
    /// Full name, never empty.
    pub name: String,
    /// Primary e-mail, possibly empty.
    pub email: String,
    /// Further addresses of the same account.
    pub aliases: Vec<String>,
    /// False for disabled accounts.
    pub active: bool,
}

/// How far a list is that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// People so far.
    pub people: u32,
    /// How many there will be, where the system says so or the old list lets expect it.
    pub total: Option<u32>,
    /// The system asked for patience; it goes on by itself.
    pub waits: bool,
}

/// Most people one pasted list may hold.
pub const MAX_PASTED: usize = 20_000;

/// Reads a pasted list of CalDAV people: one per line, `login, name, e-mail` divided by
/// comma, semicolon or tab. One value alone is the login; a value with `@` found in the
/// second or third place is the e-mail. Empty lines are skipped.
///
/// # Errors
/// One [`FieldError`] per wrong line (field `people`), at most 20: a missing login, a
/// login that appears twice, an address that cannot be mailed.
pub fn parse_people(text: &str) -> Result<Vec<CalendarUser>, Vec<FieldError>> {
    let mut people: Vec<CalendarUser> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut errors = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() || errors.len() >= 20 {
            continue;
        }
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if people.len() >= MAX_PASTED {
            errors.push(FieldError::new(
                "people",
                ErrorCode::TooManyLines { line: number },
            ));
            break;
        }
        match parse_person(line) {
            Ok(person) if seen.insert(person.id.as_str().to_lowercase()) => people.push(person),
            Ok(person) => errors.push(FieldError::new(
                "people",
                ErrorCode::LineDuplicate {
                    line: number,
                    value: person.id.to_string(),
                },
            )),
            Err(code) => errors.push(FieldError::new("people", code(number))),
        }
    }
    if errors.is_empty() {
        Ok(people)
    } else {
        Err(errors)
    }
}

type LineError = Box<dyn FnOnce(u32) -> ErrorCode>;

fn parse_person(line: &str) -> Result<CalendarUser, LineError> {
    let mut parts = line
        .split([',', ';', '\t'])
        .map(|part| clean(part.trim().trim_matches('"'), MAX_NAME))
        .collect::<Vec<_>>()
        .into_iter();
    let login = parts.next().unwrap_or_default();
    if login.is_empty() || login.chars().any(char::is_whitespace) {
        return Err(Box::new(|line| ErrorCode::LineWithoutLogin { line }));
    }
    let (mut name, mut email) = (String::new(), String::new());
    for part in parts {
        if part.contains('@') && email.is_empty() {
            email = part;
        } else if name.is_empty() {
            name = part;
        } else if !part.is_empty() {
            // Neither login, name nor address: dropping it would lose what was typed.
            return Err(Box::new(move |line| ErrorCode::LineBadEmail {
                line,
                value: part,
            }));
        }
    }
    if email.is_empty() && is_email(&login) {
        email.clone_from(&login);
    }
    if !email.is_empty() && !is_email(&email) {
        return Err(Box::new(move |line| ErrorCode::LineBadEmail {
            line,
            value: email,
        }));
    }
    if name.is_empty() {
        name.clone_from(&login);
    }
    Ok(CalendarUser {
        id: CalendarUserId::new(login),
        name,
        email,
        aliases: Vec::new(),
        active: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_list_takes_commas_semicolons_and_tabs() {
        let people = parse_people(
            "zoe, Zoë Müller, zoe@a.example\n\nnoel;noel@a.example\nkim\tKim\n\"anna@a.example\"\n",
        )
        .unwrap();
        let got: Vec<_> = people
            .iter()
            .map(|p| (p.id.as_str(), p.name.as_str(), p.email.as_str()))
            .collect();
        assert_eq!(
            got,
            [
                ("zoe", "Zoë Müller", "zoe@a.example"),
                ("noel", "noel", "noel@a.example"),
                ("kim", "Kim", ""),
                ("anna@a.example", "anna@a.example", "anna@a.example"),
            ]
        );
    }

    #[test]
    fn each_wrong_line_is_named() {
        let errors = parse_people("zoe\n, Nobody\nZOE\nkim, Kim, kim@\nrenee, Renée, renee at a\n")
            .unwrap_err();
        let codes: Vec<_> = errors.into_iter().map(|e| e.code).collect();
        assert_eq!(
            codes,
            [
                ErrorCode::LineWithoutLogin { line: 2 },
                ErrorCode::LineDuplicate {
                    line: 3,
                    value: "ZOE".to_owned()
                },
                ErrorCode::LineBadEmail {
                    line: 4,
                    value: "kim@".to_owned()
                },
                ErrorCode::LineBadEmail {
                    line: 5,
                    value: "renee at a".to_owned()
                },
            ]
        );
    }
}
