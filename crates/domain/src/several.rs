//! Whom *Link several* offers, and why the others are not offered.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::directory::{CalendarUser, CrmUser};
use crate::ids::{AssociateId, CalendarUserId, ProfileId};
use crate::matching::{MatchReason, Matcher};
use crate::text::{fold_email, is_email};

/// A pair that can be linked. Only an equal e-mail is ticked beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedPair {
    /// The CRM user.
    pub crm: CrmUser,
    /// The calendar user.
    pub calendar: CalendarUser,
    /// Why they belong together; none when an administrator chose it by hand.
    pub reason: Option<MatchReason>,
    /// Nothing but the address is known of the calendar user: the calendar system, which
    /// cannot list its people, is asked for it when the pair is linked.
    pub asked_later: bool,
}

/// Why a CRM user is not offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotOffered {
    /// Linked already.
    Linked {
        /// The profile that holds the link.
        profile: ProfileId,
        /// Its name.
        name: String,
    },
    /// Retired in the CRM.
    Retired,
    /// No e-mail in the CRM.
    NoEmail,
    /// Other CRM users have the same e-mail.
    SameEmail {
        /// Their names.
        others: Vec<String>,
    },
    /// Several calendar users have this e-mail.
    SeveralCalendars,
    /// The calendar user with this e-mail is linked with somebody else.
    CalendarTaken {
        /// Name of that CRM user.
        name: String,
    },
    /// The calendar user with this e-mail is disabled.
    CalendarDisabled,
    /// Only an address that differs in its sub-address (`+tag`).
    SubAddress,
    /// Only the name is alike.
    NameOnly,
    /// Nobody like this.
    Nobody,
}

impl NotOffered {
    /// The key of its sentence.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Linked { .. } => "portal.several.why.linked",
            Self::Retired => "portal.several.why.retired",
            Self::NoEmail => "portal.several.why.no_email",
            Self::SameEmail { .. } => "portal.several.why.same_email",
            Self::SeveralCalendars => "portal.several.why.several_calendars",
            Self::CalendarTaken { .. } => "portal.several.why.calendar_taken",
            Self::CalendarDisabled => "portal.several.why.calendar_disabled",
            Self::SubAddress => "portal.several.why.sub_address",
            Self::NameOnly => "portal.several.why.name_only",
            Self::Nobody => "portal.several.why.nobody",
        }
    }
}

/// A CRM user who is not offered, with whom he may be linked all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The person.
    pub crm: CrmUser,
    /// Why.
    pub why: NotOffered,
    /// Calendar users an administrator may choose from, at most three.
    pub candidates: Vec<CalendarUser>,
}

/// Everybody, in the order of the CRM's list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Pairs that can be linked.
    pub pairs: Vec<OfferedPair>,
    /// Everybody else.
    pub left_out: Vec<LeftOut>,
}

/// Who is linked already.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// CRM users with the profile that holds their link, and its name.
    pub crm: HashMap<AssociateId, (ProfileId, String)>,
    /// Calendar users of this system with the name of their CRM user.
    pub calendar: HashMap<CalendarUserId, String>,
    /// CRM users who are linked in this system, with their calendar user.
    pub pairs: HashMap<AssociateId, CalendarUserId>,
}

const CANDIDATES: usize = 3;

/// Decides for everybody. E-mails are compared by [`fold_email`].
#[must_use]
pub fn plan(crm: &[CrmUser], calendar: &[CalendarUser], taken: &Taken) -> Plan {
    decide(crm, calendar, taken, false)
}

/// The same where the calendar system cannot list its people: whose e-mail nobody is known
/// by is offered with that e-mail, for which the system is asked later.
#[must_use]
pub fn plan_asking(crm: &[CrmUser], calendar: &[CalendarUser], taken: &Taken) -> Plan {
    decide(crm, calendar, taken, true)
}

fn decide(crm: &[CrmUser], calendar: &[CalendarUser], taken: &Taken, asked: bool) -> Plan {
    let index = Index::new(crm, calendar, taken);
    let mut plan = Plan::default();
    for person in crm {
        match index.decide(person, taken) {
            Ok((user, reason)) => plan.pairs.push(OfferedPair {
                crm: person.clone(),
                calendar: user.clone(),
                reason: Some(reason),
                asked_later: false,
            }),
            Err((NotOffered::Nobody | NotOffered::NameOnly, _))
                if asked && is_email(&person.email) =>
            {
                plan.pairs.push(OfferedPair {
                    crm: person.clone(),
                    calendar: known_by_address(&person.email),
                    reason: Some(MatchReason::EqualEmail),
                    asked_later: true,
                });
            }
            Err((why, mut candidates)) => {
                let mut seen = HashSet::new();
                candidates.retain(|user| seen.insert(&user.id));
                candidates.truncate(CANDIDATES);
                plan.left_out.push(LeftOut {
                    crm: person.clone(),
                    why,
                    candidates: candidates.into_iter().cloned().collect(),
                });
            }
        }
    }
    plan
}

fn known_by_address(address: &str) -> CalendarUser {
    CalendarUser {
        id: CalendarUserId::new(address),
        name: address.to_owned(),
        email: address.to_owned(),
        aliases: Vec::new(),
        active: true,
    }
}

type ByEmail<'a, T> = HashMap<String, Vec<&'a T>>;
type Decision<'a> = Result<(&'a CalendarUser, MatchReason), (NotOffered, Vec<&'a CalendarUser>)>;

struct Index<'a> {
    crm: ByEmail<'a, CrmUser>,
    free: ByEmail<'a, CalendarUser>,
    aliases: ByEmail<'a, CalendarUser>,
    without_tag: ByEmail<'a, CalendarUser>,
    taken: ByEmail<'a, CalendarUser>,
    disabled: ByEmail<'a, CalendarUser>,
    names: Matcher<'a>,
}

impl<'a> Index<'a> {
    fn new(crm: &'a [CrmUser], calendar: &'a [CalendarUser], taken: &Taken) -> Self {
        let mut index = Self {
            crm: HashMap::new(),
            free: HashMap::new(),
            aliases: HashMap::new(),
            without_tag: HashMap::new(),
            taken: HashMap::new(),
            disabled: HashMap::new(),
            names: Matcher::new(
                calendar
                    .iter()
                    .filter(|user| !taken.calendar.contains_key(&user.id)),
            ),
        };
        for person in crm {
            if person.active && !person.email.is_empty() && !taken.crm.contains_key(&person.id) {
                add(&mut index.crm, fold_email(&person.email), person);
            }
        }
        for user in calendar {
            let emails = || {
                std::iter::once(&user.email)
                    .chain(&user.aliases)
                    .filter(|email| !email.is_empty())
                    .map(|email| fold_email(email))
            };
            if taken.calendar.contains_key(&user.id) {
                emails().for_each(|email| add(&mut index.taken, email, user));
            } else if !user.active {
                emails().for_each(|email| add(&mut index.disabled, email, user));
            } else {
                if !user.email.is_empty() {
                    let email = fold_email(&user.email);
                    add(&mut index.without_tag, without_tag(&email), user);
                    add(&mut index.free, email, user);
                }
                for alias in &user.aliases {
                    add(&mut index.aliases, fold_email(alias), user);
                }
            }
        }
        index
    }

    fn decide(&self, person: &CrmUser, taken: &Taken) -> Decision<'a> {
        if let Some((profile, name)) = taken.crm.get(&person.id) {
            let (profile, name) = (*profile, name.clone());
            return Err((NotOffered::Linked { profile, name }, Vec::new()));
        }
        if !person.active {
            return Err((NotOffered::Retired, Vec::new()));
        }
        if person.email.is_empty() {
            return Err((NotOffered::NoEmail, self.alike(person)));
        }
        let email = fold_email(&person.email);
        let equal = found(&self.free, &email);
        let others: Vec<String> = found(&self.crm, &email)
            .iter()
            .filter(|other| other.id != person.id)
            .map(|other| other.name.clone())
            .collect();
        if !others.is_empty() {
            let mut candidates = equal.to_vec();
            candidates.extend(self.alike(person));
            return Err((NotOffered::SameEmail { others }, candidates));
        }
        for (users, reason) in [
            (equal, MatchReason::EqualEmail),
            (found(&self.aliases, &email), MatchReason::Alias),
        ] {
            match users {
                [] => {}
                [one] => return Ok((one, reason)),
                several => return Err((NotOffered::SeveralCalendars, several.to_vec())),
            }
        }
        if let Some(user) = found(&self.taken, &email).first() {
            let name = taken.calendar.get(&user.id).cloned().unwrap_or_default();
            return Err((NotOffered::CalendarTaken { name }, self.alike(person)));
        }
        if !found(&self.disabled, &email).is_empty() {
            return Err((NotOffered::CalendarDisabled, self.alike(person)));
        }
        let tagged = found(&self.without_tag, &without_tag(&email));
        if !tagged.is_empty() {
            return Err((NotOffered::SubAddress, tagged.to_vec()));
        }
        let alike = self.alike(person);
        let why = if alike.is_empty() {
            NotOffered::Nobody
        } else {
            NotOffered::NameOnly
        };
        Err((why, alike))
    }

    fn alike(&self, person: &CrmUser) -> Vec<&'a CalendarUser> {
        let proposals = self.names.proposals(person);
        proposals.into_iter().map(|(user, _)| user).collect()
    }
}

fn add<'a, T>(map: &mut ByEmail<'a, T>, email: String, item: &'a T) {
    let items = map.entry(email).or_default();
    // An alias may repeat the address.
    if !items.last().is_some_and(|last| std::ptr::eq(*last, item)) {
        items.push(item);
    }
}

fn found<'m, 'a, T>(map: &'m ByEmail<'a, T>, email: &str) -> &'m [&'a T] {
    map.get(email).map(Vec::as_slice).unwrap_or_default()
}

/// The address without its sub-address: `a+b@c` is `a@c`.
fn without_tag(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((local, domain)) => {
            let local = local.split_once('+').map_or(local, |(local, _)| local);
            format!("{local}@{domain}")
        }
        None => email.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use crate::rng::SeededRng;

    fn crm(id: &str, name: &str, email: &str) -> CrmUser {
        CrmUser {
            id: AssociateId::new(id),
            name: name.to_owned(),
            email: email.to_owned(),
            active: true,
        }
    }

    fn calendar(id: &str, name: &str, email: &str, aliases: &[&str]) -> CalendarUser {
        CalendarUser {
            id: CalendarUserId::new(id),
            name: name.to_owned(),
            email: email.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            active: true,
        }
    }

    fn offered(plan: &Plan) -> Vec<(&str, &str, Option<MatchReason>)> {
        plan.pairs
            .iter()
            .map(|pair| (pair.crm.id.as_str(), pair.calendar.id.as_str(), pair.reason))
            .collect()
    }

    #[test]
    fn an_equal_email_is_offered_in_every_spelling_and_an_alias_as_such() {
        let people = [
            crm("1", "Zoë", "zoe@a.example"),
            crm("2", "Åse", "a\u{30a}se@m\u{fc}ller.example"),
            crm("3", "Günther", "guenther@a.example"),
        ];
        let users = [
            calendar("a", "Z", "ZOE@A.EXAMPLE", &["zoe@a.example"]),
            calendar("b", "Å", "\u{e5}se@xn--mller-kva.example", &[]),
            calendar("c", "G", "g.oeztuerk@a.example", &["Guenther@a.example"]),
        ];
        let plan = plan(&people, &users, &Taken::default());
        assert_eq!(
            offered(&plan),
            [
                ("1", "a", Some(MatchReason::EqualEmail)),
                ("2", "b", Some(MatchReason::EqualEmail)),
                ("3", "c", Some(MatchReason::Alias)),
            ]
        );
        assert_eq!(plan.left_out, []);
    }

    #[test]
    fn an_address_book_is_asked_for_whom_nobody_is_known_by() {
        let people = [
            crm("1", "Zoë", "zoe@a.example"),
            crm("2", "Åse Aas", "aase@a.example"),
            crm("3", "Per", "no address"),
            crm("4", "One", "same@a.example"),
            crm("5", "Two", "same@a.example"),
        ];
        let users = [
            calendar("zoe@a.example", "Z", "zoe@a.example", &[]),
            calendar("x", "Aas, Aase", "x@a.example", &[]),
        ];
        let plan = plan_asking(&people, &users, &Taken::default());
        assert_eq!(
            offered(&plan),
            [
                ("1", "zoe@a.example", Some(MatchReason::EqualEmail)),
                ("2", "aase@a.example", Some(MatchReason::EqualEmail)),
            ]
        );
        let asked: Vec<_> = plan.pairs.iter().map(|pair| pair.asked_later).collect();
        assert_eq!(asked, [false, true]);
        assert_eq!(plan.left_out.len(), 3);
    }

    #[test]
    fn everybody_else_is_named_with_the_reason_and_a_way_on() {
        let profile = ProfileId::mint(&FixedClock::at_micros(1), &SeededRng::new(1));
        let mut retired = crm("2", "Torbjörn Ahl", "t@a.example");
        retired.active = false;
        let mut disabled = calendar("e", "Off", "off@a.example", &[]);
        disabled.active = false;
        let people = [
            crm("1", "Håkon", "hakon@a.example"),
            retired,
            crm("3", "Bjørn Kvernmo", ""),
            crm("4", "Mette", "post@a.example"),
            crm("5", "Per", "POST@a.example"),
            crm("6", "Twice", "twice@a.example"),
            crm("7", "Late", "late@a.example"),
            crm("8", "Off", "off@a.example"),
            crm("9", "Anna", "anna+crm@a.example"),
            crm("10", "Jörg Faßbinder", "joerg@a.example"),
            crm("11", "Alone", "alone@a.example"),
        ];
        let users = [
            calendar("a", "Kvernmo, Bjorn", "b@a.example", &[]),
            calendar("b", "Post", "post@a.example", &[]),
            calendar("c", "T1", "twice@a.example", &[]),
            calendar("d", "T2", "TWICE@a.example", &[]),
            disabled,
            calendar("f", "Anna", "anna@a.example", &[]),
            calendar("g", "Jorg Fassbinder", "j.f@a.example", &[]),
            calendar("h", "Taken", "late@a.example", &[]),
        ];
        let taken = Taken {
            crm: [(AssociateId::new("1"), (profile, "Studio".to_owned()))].into(),
            calendar: [(CalendarUserId::new("h"), "Håkon".to_owned())].into(),
            ..Taken::default()
        };
        let plan = plan(&people, &users, &taken);
        assert_eq!(offered(&plan), []);
        let linked = NotOffered::Linked {
            profile,
            name: "Studio".to_owned(),
        };
        let same = |other: &str| NotOffered::SameEmail {
            others: vec![other.to_owned()],
        };
        let late = NotOffered::CalendarTaken {
            name: "Håkon".to_owned(),
        };
        let expected: [(NotOffered, &[&str]); 11] = [
            (linked, &[]),
            (NotOffered::Retired, &[]),
            (NotOffered::NoEmail, &["a"]),
            (same("Per"), &["b"]),
            (same("Mette"), &["b"]),
            (NotOffered::SeveralCalendars, &["c", "d"]),
            (late, &[]),
            (NotOffered::CalendarDisabled, &[]),
            (NotOffered::SubAddress, &["f"]),
            (NotOffered::NameOnly, &["g"]),
            (NotOffered::Nobody, &[]),
        ];
        assert_eq!(plan.left_out.len(), expected.len());
        for (left, (why, candidates)) in plan.left_out.iter().zip(expected) {
            let ids: Vec<_> = left
                .candidates
                .iter()
                .map(|user| user.id.as_str())
                .collect();
            assert_eq!(
                (&left.why, ids.as_slice()),
                (&why, candidates),
                "{}",
                left.crm.name
            );
        }
    }
}
