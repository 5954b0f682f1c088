//! Holds a list of pairs against both lists of people.

use std::collections::HashMap;

use super::LineProblem;
use super::columns::Columns;
use crate::directory::{CalendarUser, CrmUser};
use crate::ids::{AssociateId, CalendarUserId};
use crate::several::Taken;
use crate::text::{fold_email, fold_name, is_email};

/// A line as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: u32,
    /// What stands there, to be shown.
    pub text: String,
    /// Its fields; none when a quotation mark is never closed.
    pub fields: Option<Vec<String>>,
}

/// Both people of a line that can be linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match<'a> {
    /// The CRM user.
    pub crm: &'a CrmUser,
    /// The calendar user.
    pub calendar: Found<'a>,
}

/// How much is known of a calendar user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<'a> {
    /// The list has him.
    Listed(&'a CalendarUser),
    /// An address for which the calendar system has to be asked.
    Address(&'a str),
}

impl Found<'_> {
    /// His key: the address itself where only that is known.
    #[must_use]
    pub fn id(&self) -> CalendarUserId {
        match self {
            Self::Listed(user) => user.id.clone(),
            Self::Address(address) => CalendarUserId::new(*address),
        }
    }

    /// His name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Listed(user) => &user.name,
            Self::Address(address) => address,
        }
    }

    /// His e-mail, possibly empty.
    #[must_use]
    pub fn email(&self) -> &str {
        match self {
            Self::Listed(user) => &user.email,
            Self::Address(address) => address,
        }
    }
}

/// The verdict on a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review<'a> {
    /// The first line, when it names the columns.
    pub heading: Option<&'a Line>,
    /// Lines that can be linked.
    pub right: Vec<(&'a Line, Match<'a>)>,
    /// Lines that cannot.
    pub wrong: Vec<(&'a Line, LineProblem)>,
    /// Lines whose two people are linked with each other already.
    pub already: u32,
}

/// Decides for each line. Where the calendar system is `asked` for people because it cannot
/// list them, an address that is not known yet may be right.
#[must_use]
pub fn review<'a>(
    lines: &'a [Line],
    crm: &'a [CrmUser],
    calendar: &'a [CalendarUser],
    taken: &Taken,
    asked: bool,
) -> Review<'a> {
    let people = People::new(crm, calendar, asked);
    let (columns, has_heading) = people.columns(lines);
    let mut review = Review::default();
    let mut body = lines;
    if has_heading && let Some((first, rest)) = lines.split_first() {
        review.heading = Some(first);
        body = rest;
    }
    let mut seen = Seen::default();
    for line in body {
        let verdict = match &line.fields {
            None => Err(Some(LineProblem::Quote)),
            Some(fields) if fields.iter().all(|field| field.trim().is_empty()) => continue,
            Some(fields) => people.decide(columns.values(fields), taken, &mut seen, line.number),
        };
        match verdict {
            Ok(found) => review.right.push((line, found)),
            Err(Some(why)) => review.wrong.push((line, why)),
            Err(None) => review.already += 1,
        }
    }
    review
}

/// In which line somebody stood first.
#[derive(Default)]
struct Seen {
    crm: HashMap<AssociateId, (u32, CalendarUserId)>,
    calendar: HashMap<CalendarUserId, u32>,
}

struct People<'a> {
    crm: Names<'a, CrmUser>,
    calendar: Names<'a, CalendarUser>,
    asked: bool,
}

impl<'a> People<'a> {
    fn new(crm: &'a [CrmUser], calendar: &'a [CalendarUser], asked: bool) -> Self {
        let mut people = Self {
            crm: Names::default(),
            calendar: Names::default(),
            asked,
        };
        for user in crm {
            let emails = [user.email.as_str()];
            people
                .crm
                .add(user, user.id.as_str(), &emails, &user.name, user.active);
        }
        for user in calendar {
            let emails = std::iter::once(&user.email).chain(&user.aliases);
            let emails: Vec<&str> = emails.map(String::as_str).collect();
            people
                .calendar
                .add(user, user.id.as_str(), &emails, &user.name, user.active);
        }
        people
    }

    /// The columns, and whether the first line names them. Without names the order counts
    /// in which more lines make sense; a first line that knows nobody is a heading then.
    fn columns(&self, lines: &[Line]) -> (Columns, bool) {
        let first = lines.first().and_then(|line| line.fields.as_deref());
        if let Some(columns) = first.and_then(Columns::of_heading) {
            return (columns, true);
        }
        let known = |columns: &Columns| {
            lines
                .iter()
                .filter_map(|line| line.fields.as_deref())
                .filter(|fields| {
                    let (crm, calendar) = columns.values(fields);
                    !self.crm.find(crm).is_empty() && !self.calendar.find(calendar).is_empty()
                })
                .count()
        };
        let (usual, other) = (Columns::in_order(true), Columns::in_order(false));
        let columns = if known(&other) > known(&usual) {
            other
        } else {
            usual
        };
        let is_heading = lines.len() > 1
            && first.is_some_and(|fields| {
                let (crm, calendar) = columns.values(fields);
                !crm.is_empty()
                    && !calendar.is_empty()
                    && !fields.iter().any(|field| field.contains('@'))
                    && fields.iter().all(|field| {
                        self.crm.find(field).is_empty() && self.calendar.find(field).is_empty()
                    })
            });
        (columns, is_heading)
    }

    /// Both people, or why not; nothing to say of a pair that is linked already.
    fn decide(
        &self,
        (crm, calendar): (&'a str, &'a str),
        taken: &Taken,
        seen: &mut Seen,
        number: u32,
    ) -> Result<Match<'a>, Option<LineProblem>> {
        let (person, found) = self.both(crm, calendar)?;
        let linked = taken.pairs.get(&person.id);
        let is_same = |id: &CalendarUserId| match &found {
            Found::Listed(user) => user.id == *id,
            Found::Address(address) => fold_email(id.as_str()) == fold_email(address),
        };
        if linked.is_some_and(is_same) {
            return Err(None);
        }
        if let Some((profile, profile_name)) = taken.crm.get(&person.id) {
            return Err(Some(LineProblem::CrmLinked {
                name: person.name.clone(),
                profile: *profile,
                profile_name: profile_name.clone(),
            }));
        }
        if !person.active {
            let name = person.name.clone();
            return Err(Some(LineProblem::Retired { name }));
        }
        if let Found::Listed(user) = &found
            && !user.active
        {
            let name = user.name.clone();
            return Err(Some(LineProblem::Disabled { name }));
        }
        if let Some(with) = taken.calendar.get(&found.id()) {
            return Err(Some(LineProblem::CalendarLinked {
                name: found.name().to_owned(),
                with: with.clone(),
            }));
        }
        if ![person.email.as_str(), found.email()]
            .into_iter()
            .any(is_email)
        {
            let name = person.name.clone();
            return Err(Some(LineProblem::NoEmail { name }));
        }
        let key = match &found {
            Found::Listed(user) => user.id.clone(),
            Found::Address(address) => CalendarUserId::new(fold_email(address)),
        };
        if let Some((line, other)) = seen.crm.get(&person.id) {
            let (line, name) = (*line, person.name.clone());
            return Err(Some(if *other == key {
                LineProblem::SamePair { line }
            } else {
                LineProblem::CrmTwice { name, line }
            }));
        }
        if let Some(line) = seen.calendar.get(&key) {
            let (line, name) = (*line, found.name().to_owned());
            return Err(Some(LineProblem::CalendarTwice { name, line }));
        }
        seen.crm.insert(person.id.clone(), (number, key.clone()));
        seen.calendar.insert(key, number);
        Ok(Match {
            crm: person,
            calendar: found,
        })
    }

    fn both(
        &self,
        crm: &'a str,
        calendar: &'a str,
    ) -> Result<(&'a CrmUser, Found<'a>), LineProblem> {
        if crm.is_empty() {
            return Err(LineProblem::NoCrm);
        }
        if calendar.is_empty() {
            return Err(LineProblem::NoCalendar);
        }
        let person = match self.crm.find(crm) {
            [] => {
                let value = crm.to_owned();
                return Err(LineProblem::UnknownCrm { value });
            }
            [one] => *one,
            several => {
                return Err(LineProblem::SeveralCrm {
                    value: crm.to_owned(),
                    names: several.iter().map(|one| one.name.clone()).collect(),
                });
            }
        };
        let user = match self.calendar.find(calendar) {
            [] if self.asked && is_email(calendar) => Found::Address(calendar),
            [] => {
                let value = calendar.to_owned();
                return Err(LineProblem::UnknownCalendar { value });
            }
            [one] => Found::Listed(one),
            several => {
                return Err(LineProblem::SeveralCalendar {
                    value: calendar.to_owned(),
                    names: several.iter().map(|one| one.name.clone()).collect(),
                });
            }
        };
        Ok((person, user))
    }
}

/// Everything somebody may be called by.
struct Names<'a, T> {
    ids: HashMap<String, Vec<&'a T>>,
    emails: HashMap<String, Vec<&'a T>>,
    aliases: HashMap<String, Vec<&'a T>>,
    names: HashMap<String, Vec<&'a T>>,
    /// The same of those who are retired or disabled: they are found when nobody else is.
    ended: HashMap<String, Vec<&'a T>>,
}

impl<T> Default for Names<'_, T> {
    fn default() -> Self {
        Self {
            ids: HashMap::new(),
            emails: HashMap::new(),
            aliases: HashMap::new(),
            names: HashMap::new(),
            ended: HashMap::new(),
        }
    }
}

impl<'a, T> Names<'a, T> {
    fn add(&mut self, one: &'a T, id: &str, emails: &[&str], name: &str, active: bool) {
        add(&mut self.ids, id.to_lowercase(), one);
        let mut emails = emails.iter().filter(|email| !email.is_empty());
        let name = fold_name(name);
        if !active {
            emails.for_each(|email| add(&mut self.ended, fold_email(email), one));
            add(&mut self.ended, name, one);
            return;
        }
        if let Some(email) = emails.next() {
            add(&mut self.emails, fold_email(email), one);
        }
        emails.for_each(|email| add(&mut self.aliases, fold_email(email), one));
        add(&mut self.names, name, one);
    }

    /// Whoever is called so: by key, by address, by another address, by name.
    fn find(&self, value: &str) -> &[&'a T] {
        let value = value.trim();
        if value.is_empty() {
            return &[];
        }
        let email = fold_email(value);
        // What is nothing but punctuation folds to nothing, and is nobody's name.
        let name = Some(fold_name(value)).filter(|name| !name.is_empty());
        let named = |map| name.as_ref().and_then(|name| HashMap::get(map, name));
        [
            (&self.ids, &value.to_lowercase()),
            (&self.emails, &email),
            (&self.aliases, &email),
        ]
        .into_iter()
        .find_map(|(map, key)| map.get(key))
        .or_else(|| named(&self.names))
        .or_else(|| self.ended.get(&email))
        .or_else(|| named(&self.ended))
        .map(Vec::as_slice)
        .unwrap_or_default()
    }
}

fn add<'a, T>(map: &mut HashMap<String, Vec<&'a T>>, key: String, one: &'a T) {
    let all = map.entry(key).or_default();
    if !all.iter().any(|other| std::ptr::eq(*other, one)) {
        all.push(one);
    }
}

#[cfg(test)]
mod tests;
