//! Which columns of a list name the people.

use crate::text::fold_name;

/// Words by which a heading speaks of the CRM, in any of our languages.
const CRM: [&str; 2] = ["crm", "superoffice"];
/// Words by which a heading speaks of the calendar system.
const CALENDAR: [&str; 9] = [
    "calendar",
    "kalender",
    "agenda",
    "outlook",
    "microsoft",
    "office 365",
    "google",
    "exchange",
    "caldav",
];
/// Words for keys; whole words, for they are short.
const KEYS: [&str; 4] = ["id", "nr", "nummer", "number"];
/// Parts of words for what somebody signs in or is written to with.
const ADDRESSES: [&str; 9] = [
    "mail", "e post", "epost", "post", "adres", "login", "logg", "anmeld", "bruger",
];

/// Columns of either side, the best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub crm: Vec<usize>,
    pub calendar: Vec<usize>,
}

impl Columns {
    /// Of a list without a heading: two columns in one order or the other.
    pub(super) fn in_order(crm_first: bool) -> Self {
        let (crm, calendar) = if crm_first { (0, 1) } else { (1, 0) };
        Self {
            crm: vec![crm],
            calendar: vec![calendar],
        }
    }

    /// As a heading names them; none when the line has no word of either side.
    pub(super) fn of_heading(fields: &[String]) -> Option<Self> {
        if fields.iter().any(|field| field.contains('@')) {
            return None;
        }
        let folded: Vec<String> = fields.iter().map(|field| fold_name(field)).collect();
        let of = |words: &[&str]| {
            let mut places: Vec<usize> = folded
                .iter()
                .enumerate()
                .filter(|(_, field)| words.iter().any(|word| field.contains(word)))
                .map(|(place, _)| place)
                .collect();
            places.sort_by_key(|place| folded.get(*place).map_or(9, |field| rank(field)));
            places
        };
        let mut crm = of(&CRM);
        let mut calendar = of(&CALENDAR);
        // "CRM calendar user" would be both: what names the CRM belongs to it.
        calendar.retain(|place| !crm.contains(place));
        if crm.is_empty() && calendar.is_empty() {
            return None;
        }
        let mut others: Vec<usize> = (0..fields.len())
            .filter(|place| !crm.contains(place) && !calendar.contains(place))
            .collect();
        others.sort_by_key(|place| folded.get(*place).map_or(9, |field| rank(field)));
        for side in [&mut crm, &mut calendar] {
            if side.is_empty() {
                side.extend(others.first());
            }
        }
        Some(Self { crm, calendar })
    }

    /// What a line says of both people: in each side's columns the first that is filled.
    pub(super) fn values<'a>(&self, fields: &'a [String]) -> (&'a str, &'a str) {
        let first = |places: &[usize]| {
            places
                .iter()
                .filter_map(|place| fields.get(*place))
                .map(|field| field.trim())
                .find(|field| !field.is_empty())
                .unwrap_or_default()
        };
        (first(&self.crm), first(&self.calendar))
    }
}

/// Keys tell more than addresses, addresses more than names.
fn rank(folded: &str) -> u8 {
    if folded.split(' ').any(|word| KEYS.contains(&word)) {
        0
    } else if ADDRESSES.iter().any(|word| folded.contains(word)) {
        1
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(line: &str) -> Option<(Vec<usize>, Vec<usize>)> {
        let fields: Vec<String> = line.split(';').map(str::to_owned).collect();
        Columns::of_heading(&fields).map(|columns| (columns.crm, columns.calendar))
    }

    #[test]
    fn headings_are_known_in_every_language_and_order() {
        for (line, crm, calendar) in [
            ("CRM user;Calendar user", vec![0], vec![1]),
            ("Agendagebruiker;CRM-gebruiker", vec![1], vec![0]),
            ("CRM-bruker;Kalenderbruker", vec![0], vec![1]),
            ("CRM-användare;Kalenderanvändare", vec![0], vec![1]),
            ("CRM-bruger;Kalenderbruger", vec![0], vec![1]),
            ("Kalenderbenutzer;Name;CRM-Benutzer", vec![2], vec![0]),
            ("SuperOffice;Microsoft 365", vec![0], vec![1]),
            ("Name;CRM e-mail;E-mail", vec![1], vec![2]),
            ("Outlook;Login", vec![1], vec![0]),
            (
                "CRM user;CRM e-mail;CRM id;Calendar user;Calendar e-mail;Calendar id",
                vec![2, 1, 0],
                vec![5, 4, 3],
            ),
        ] {
            assert_eq!(heading(line), Some((crm, calendar)), "{line}");
        }
    }

    #[test]
    fn a_line_of_people_is_no_heading() {
        for line in [
            "crm@a.example;calendar@a.example",
            "zoe;noel",
            "E-mail;E-mail 2",
            "",
        ] {
            assert_eq!(heading(line), None, "{line}");
        }
    }

    #[test]
    fn the_first_filled_column_of_a_side_speaks_for_it() {
        let columns = Columns {
            crm: vec![2, 0],
            calendar: vec![1],
        };
        let fields = ["Zoë", " zoe@a.example ", " "].map(str::to_owned);
        assert_eq!(columns.values(&fields), ("Zoë", "zoe@a.example"));
        assert_eq!(columns.values(&fields[..1]), ("Zoë", ""));
    }
}
