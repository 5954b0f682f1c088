//! The people of a list, in the order of the page, and who of them is linked.

use std::collections::{HashMap, HashSet};

use synchronizer_domain::Timestamp;
use synchronizer_domain::directory::{CalendarUser, CrmUser};
use synchronizer_domain::ids::AssociateId;
use synchronizer_domain::lists::{
    FIRST_PEOPLE, LinkedPlaces, ListPerson, PEOPLE_PAGE, PeoplePage, Proposal, SEARCH_LIMIT,
};
use synchronizer_domain::matching::Matcher;
use synchronizer_domain::profile::Profile;
use synchronizer_domain::text::fold_email;
use synchronizer_domain::usecases::ListSide;
use synchronizer_storage::UnitOfWork;

use crate::Core;
use crate::failure::FaultResult;

/// A whole list by name.
pub(crate) struct Roll {
    pub read_at: Option<Timestamp>,
    pub people: Vec<ListPerson>,
}

/// Who is linked: keys of CRM users, and of calendar users of one system.
pub(crate) struct Linked {
    crm: HashSet<String>,
    pub calendar: HashSet<String>,
}

impl Linked {
    /// Reads who is linked, as a profile sees it.
    pub(crate) async fn read(unit: &mut dyn UnitOfWork, profile: &Profile) -> FaultResult<Self> {
        let mut linked = Self {
            crm: HashSet::new(),
            calendar: HashSet::new(),
        };
        for (crm, system, calendar) in unit.linked_people(profile.tenant).await? {
            linked.crm.insert(crm.to_string());
            if system == profile.system {
                linked.calendar.insert(calendar.to_string());
            }
        }
        Ok(linked)
    }
}

impl Roll {
    /// Reads one side's list.
    async fn read(
        unit: &mut dyn UnitOfWork,
        profile: &Profile,
        linked: &Linked,
        side: ListSide,
    ) -> FaultResult<Self> {
        let (people, read_at) = match side {
            ListSide::Crm => {
                let found = unit.crm_users(profile.tenant).await?;
                let (users, read_at) = split(found);
                (crm_people(users, &linked.crm), read_at)
            }
            ListSide::Calendar => {
                let found = unit.calendar_users(profile.tenant, profile.id).await?;
                let (users, read_at) = split(found);
                let people = users
                    .into_iter()
                    .map(|user| calendar_person(user, &linked.calendar))
                    .collect();
                (people, read_at)
            }
        };
        Ok(Self { read_at, people })
    }

    /// How many can be linked, are linked, are retired or disabled.
    pub(crate) fn counts(&self) -> [u32; 3] {
        let mut counts = [0; 3];
        for person in &self.people {
            let [free, linked, retired] = &mut counts;
            let count = match (person.linked, person.active) {
                (true, _) => linked,
                (false, true) => free,
                (false, false) => retired,
            };
            *count += 1;
        }
        counts
    }

    /// How many who can be linked are new.
    pub(crate) fn new_ones(&self) -> u32 {
        let new = self.people.iter().filter(|person| person.new);
        u32::try_from(new.count()).unwrap_or(u32::MAX)
    }

    /// The first ones who can be linked.
    pub(crate) fn first(&self) -> Vec<ListPerson> {
        self.people
            .iter()
            .filter(|person| person.active && !person.linked)
            .take(FIRST_PEOPLE)
            .cloned()
            .collect()
    }

    fn places(&self) -> impl Iterator<Item = u32> {
        self.people
            .iter()
            .zip(0..)
            .filter(|(person, _)| person.linked)
            .map(|(_, place)| place)
    }

    /// Changes whenever other people of the list are linked (FNV-1a over their places).
    pub(crate) fn stamp(&self) -> u32 {
        self.places().fold(0x811c_9dc5, |hash, place| {
            place.to_le_bytes().iter().fold(hash, |hash, byte| {
                (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
            })
        })
    }

    /// A part of the list.
    pub(crate) fn page(&self, from: u32) -> PeoplePage {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let end = from.saturating_add(PEOPLE_PAGE).min(self.people.len());
        PeoplePage {
            read_at: self.read_at,
            stamp: self.stamp(),
            people: self.people.get(from..end).unwrap_or_default().to_vec(),
            more: end < self.people.len(),
        }
    }

    /// Who is linked.
    pub(crate) fn linked(&self) -> LinkedPlaces {
        LinkedPlaces {
            read_at: self.read_at,
            stamp: self.stamp(),
            places: self.places().collect(),
        }
    }

    /// The first ones that a search finds.
    pub(crate) fn search(self, query: &str) -> Vec<ListPerson> {
        self.people
            .into_iter()
            .filter(|person| person.matches(query))
            .take(SEARCH_LIMIT)
            .collect()
    }
}

fn split<T>(found: Option<(Vec<T>, Timestamp)>) -> (Vec<T>, Option<Timestamp>) {
    found.map_or_else(|| (Vec::new(), None), |(list, at)| (list, Some(at)))
}

fn crm_people(users: Vec<CrmUser>, linked: &HashSet<String>) -> Vec<ListPerson> {
    let mut emails: HashMap<String, u32> = HashMap::new();
    for user in &users {
        if user.active && !user.email.is_empty() {
            *emails.entry(fold_email(&user.email)).or_default() += 1;
        }
    }
    users
        .into_iter()
        .map(|user| {
            let same = emails.get(&fold_email(&user.email)).copied().unwrap_or(0);
            ListPerson {
                linked: linked.contains(user.id.as_str()),
                key: user.id.to_string(),
                name: user.name,
                email: user.email,
                active: user.active,
                same_email: same.saturating_sub(1),
                new: false,
            }
        })
        .collect()
}

pub(crate) fn calendar_person(user: CalendarUser, linked: &HashSet<String>) -> ListPerson {
    ListPerson {
        linked: linked.contains(user.id.as_str()),
        key: user.id.to_string(),
        name: user.name,
        email: user.email,
        active: user.active,
        same_email: 0,
        new: false,
    }
}

impl Core {
    /// One side's list with who is linked.
    pub(crate) async fn roll(&self, profile: &Profile, side: ListSide) -> FaultResult<Roll> {
        let mut unit = self.storage.read().await?;
        let linked = Linked::read(&mut *unit, profile).await?;
        self.roll_of(&mut *unit, profile, &linked, side).await
    }

    /// The same inside a unit; new CRM users are marked.
    pub(crate) async fn roll_of(
        &self,
        unit: &mut dyn UnitOfWork,
        profile: &Profile,
        linked: &Linked,
        side: ListSide,
    ) -> FaultResult<Roll> {
        let mut roll = Roll::read(unit, profile, linked, side).await?;
        if side == ListSide::Crm {
            let new = self.newcomers(unit, profile.tenant).await?;
            let new: HashSet<_> = new.iter().map(AssociateId::as_str).collect();
            for person in &mut roll.people {
                person.new = new.contains(person.key.as_str());
            }
        }
        Ok(roll)
    }

    /// Calendar users who probably belong to a CRM user.
    pub(crate) async fn propose(
        &self,
        profile: &Profile,
        crm: &AssociateId,
    ) -> FaultResult<Vec<Proposal>> {
        let mut unit = self.storage.read().await?;
        let Some(user) = unit.crm_user(profile.tenant, crm).await? else {
            return Ok(Vec::new());
        };
        let linked = Linked::read(&mut *unit, profile).await?;
        if !user.active || linked.crm.contains(crm.as_str()) {
            return Ok(Vec::new());
        }
        let found = unit.calendar_users(profile.tenant, profile.id).await?;
        drop(unit);
        let (mut all, _) = split(found);
        if profile.directory.is_searched()
            && !user.email.is_empty()
            && !self.is_suspended(profile.tenant).await?
        {
            // Nobody waits for a proposal: a server that does not answer proposes nobody.
            match self.exchange_person(profile, &user.email).await {
                Ok(Some(person)) if !all.iter().any(|known| known.id == person.id) => {
                    all.push(person);
                }
                Ok(_) => {}
                Err(error) => tracing::debug!(%error, "no proposal"),
            }
        }
        let free = all
            .iter()
            .filter(|other| !linked.calendar.contains(other.id.as_str()));
        Ok(Matcher::new(free)
            .proposals(&user)
            .into_iter()
            .map(|(found, reason)| Proposal {
                person: calendar_person(found.clone(), &linked.calendar),
                reason,
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: u32, email: &str, active: bool) -> CrmUser {
        CrmUser {
            id: AssociateId::new(id.to_string()),
            name: format!("Person {id}"),
            email: email.to_owned(),
            active,
        }
    }

    fn roll(linked: &[&str]) -> Roll {
        let linked = linked.iter().map(|key| (*key).to_owned()).collect();
        let users = vec![
            user(1, "post@a.example", true),
            user(2, "POST@a.example", true),
            user(3, "post@a.example", false),
            user(4, "", true),
        ];
        Roll {
            read_at: None,
            people: crm_people(users, &linked),
        }
    }

    #[test]
    fn each_person_is_in_one_group_and_equal_addresses_are_counted() {
        let roll = roll(&["3"]);
        assert_eq!(roll.counts(), [3, 1, 0]);
        let same: Vec<_> = roll.people.iter().map(|one| one.same_email).collect();
        assert_eq!(same, [1, 1, 1, 0]);
        let first: Vec<_> = roll.first().into_iter().map(|one| one.key).collect();
        assert_eq!(first, ["1", "2", "4"]);
    }

    #[test]
    fn the_stamp_changes_with_who_is_linked() {
        let stamps = [roll(&[]), roll(&["1"]), roll(&["2"]), roll(&["1", "2"])].map(|r| r.stamp());
        for (place, stamp) in stamps.iter().enumerate() {
            assert!(!stamps[..place].contains(stamp), "{stamps:?}");
        }
        assert_eq!(roll(&["2", "4"]).linked().places, [1, 3]);
    }

    #[test]
    fn a_list_comes_in_parts_that_end() {
        let users = (0..4_500).map(|n| user(n, "", true)).collect();
        let roll = Roll {
            read_at: None,
            people: crm_people(users, &HashSet::new()),
        };
        let parts = [0, 2_000, 4_000, 6_000].map(|from| {
            let page = roll.page(from);
            (page.people.len(), page.more)
        });
        assert_eq!(
            parts,
            [(2_000, true), (2_000, true), (500, false), (0, false)]
        );
    }

    #[test]
    fn a_search_ends_with_its_limit() {
        let users = (0..200).map(|n| user(n, "", true)).collect();
        let roll = Roll {
            read_at: None,
            people: crm_people(users, &HashSet::new()),
        };
        assert_eq!(roll.search("person").len(), SEARCH_LIMIT);
    }
}
