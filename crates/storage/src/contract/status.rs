//! Tables of links.

use std::sync::Arc;

use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::{
    Cause, GrantFact, Link, LinkFlags, LinkState, Pauser, Side, derive_status,
};
use synchronizer_domain::mail::MailState;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::status::{LinkSort, state_since};

use super::world::{World, at};
use crate::{KEEP_LINK, LinkFilter, ListedLink, NewJob, Slice, StateFilter, Storage, UnitOfWork};

const ALL: Slice = Slice {
    sort: LinkSort::Crm,
    descending: false,
    offset: 0,
    limit: 10_000,
};

fn by(sort: LinkSort) -> Slice {
    Slice { sort, ..ALL }
}

async fn listed(
    unit: &mut dyn UnitOfWork,
    link: &Link,
    filter: &LinkFilter,
    slice: Slice,
) -> Vec<ListedLink> {
    let ids = unit.list_links(link.tenant, filter, slice).await.unwrap();
    let rows = unit.listed_links(link.tenant, &ids).await.unwrap();
    let found: Vec<_> = rows.iter().map(|row| row.link.id).collect();
    assert_eq!(found, ids);
    rows
}

/// Every combination of facts that decides a state, each as a link.
async fn add_every_fact(world: &World) -> Link {
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let mut unit = world.write().await;
    let causes = Cause::ALL.iter().copied().map(Some).chain([None]);
    let mut last = None;
    let mut number = 0;
    for cause in causes {
        for bits in 0..72_i64 {
            number += 1;
            let (crm, calendar) = (bits % 3, bits / 3 % 3);
            let key = number.to_string();
            let mut link = world.link(&profile, &key, &key);
            let date = |bit: i64, secs: i64| (bits / 9 / bit % 2 == 1).then(|| at(secs));
            link.flags = LinkFlags {
                paused_at: date(1, 30_000 + number),
                paused_by: date(1, 0).map(|_| Pauser::Admin),
                deleted_at: date(2, 40_000 + number),
                first_run_at: date(4, 4_000_000 - number),
                cause: cause.map(|cause| (cause, at(50_000 + number))),
            };
            unit.add_link(&link, profile.system).await.unwrap();
            for (side, kind) in [(Side::Crm, crm), (Side::Calendar, calendar)] {
                let mut grant = world.grant(&link, side);
                let since = if side == Side::Crm {
                    number
                } else {
                    90 - number
                };
                grant.refused = (kind == 2).then(|| (Cause::CrmRefused, at(60_000 + since)));
                if kind > 0 {
                    unit.put_grant(&grant).await.unwrap();
                }
            }
            last = Some(link);
        }
    }
    unit.commit().await.unwrap();
    last.unwrap()
}

fn since(row: &ListedLink) -> Timestamp {
    state_since(&row.facts, row.granted_at, row.link.created_at)
}

fn state(row: &ListedLink) -> LinkState {
    derive_status(&row.facts).state
}

pub(super) async fn states_and_their_dates_are_those_of_the_domain(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let link = add_every_fact(&world).await;
    let mut unit = world.read().await;
    let everybody = LinkFilter {
        state: StateFilter::All,
        ..LinkFilter::default()
    };
    let rows = listed(&mut *unit, &link, &everybody, ALL).await;
    assert_eq!(rows.len(), 72 * (Cause::ALL.len() + 1));
    let counts = unit.count_links(link.tenant, &everybody).await.unwrap();
    for wanted in LinkState::ALL {
        let one = LinkFilter {
            state: StateFilter::Only(*wanted),
            ..LinkFilter::default()
        };
        let found = listed(&mut *unit, &link, &one, ALL).await;
        let expected: Vec<_> = rows.iter().filter(|row| state(row) == *wanted).collect();
        assert!(!expected.is_empty(), "{wanted:?}");
        assert!(found.iter().eq(expected), "{wanted:?}");
        let count = u32::try_from(found.len()).unwrap();
        assert!(counts.contains(&(*wanted, count)), "{wanted:?} {counts:?}");
    }
    let living = listed(&mut *unit, &link, &LinkFilter::default(), ALL).await;
    assert!(living.iter().all(|row| state(row) != LinkState::Deleted));
    assert!(living.len() < rows.len());
    for descending in [false, true] {
        let slice = |sort| Slice {
            descending,
            ..by(sort)
        };
        let dates = listed(&mut *unit, &link, &everybody, slice(LinkSort::Since)).await;
        let mut dates: Vec<_> = dates.iter().map(since).collect();
        let ranks = listed(&mut *unit, &link, &everybody, slice(LinkSort::State)).await;
        let rank = |row| LinkState::ALL.iter().position(|one| *one == state(row));
        let mut ranks: Vec<_> = ranks.iter().map(rank).collect();
        if descending {
            dates.reverse();
            ranks.reverse();
        }
        assert!(dates.is_sorted() && ranks.is_sorted());
    }
}

async fn three(world: &World) -> [Link; 3] {
    let tenant = world.add_tenant("Cust1").await;
    let office = world.add_profile(&tenant, "Office").await;
    let mut studio = world.profile(&tenant, "a studio");
    studio.system = CalendarSystem::Caldav;
    let mut unit = world.write().await;
    unit.add_profile(&studio).await.unwrap();
    let mut links = [
        world.link(&office, "1", "c"),
        world.link(&office, "2", "b"),
        world.link(&studio, "3", "a"),
    ];
    for (link, (name, other)) in links.iter_mut().zip([
        ("Åse Bjørnstad", "Zoë"),
        ("Noël D’Amico", "Yngve"),
        ("Bjørn 100%_x", "Åge"),
    ]) {
        link.crm.name = name.to_owned();
        link.calendar.name = other.to_owned();
        let system = if link.profile == studio.id {
            studio.system
        } else {
            office.system
        };
        unit.add_link(link, system).await.unwrap();
    }
    let checked = unit.note_link_checked(tenant.id, links[1].id, at(9_000));
    checked.await.unwrap();
    let job = NewJob {
        kind: KEEP_LINK,
        ..world.job(&tenant, &links[2].id.to_string(), at(9_500))
    };
    assert!(unit.add_job(&job).await.unwrap());
    unit.commit().await.unwrap();
    links
}

pub(super) async fn a_table_is_sorted_both_ways_and_read_in_parts(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let links = three(&world).await;
    let tenant = links[0].tenant;
    let mut unit = world.read().await;
    for (sort, expected) in [
        (LinkSort::State, [2, 1, 0]),
        (LinkSort::Crm, [0, 2, 1]),
        (LinkSort::Calendar, [2, 1, 0]),
        (LinkSort::Profile, [2, 0, 1]),
        (LinkSort::Checked, [0, 2, 1]),
        (LinkSort::Next, [2, 0, 1]),
        (LinkSort::Since, [0, 1, 2]),
    ] {
        let expected = expected.map(|place: usize| links[place].id);
        let filter = LinkFilter::default();
        let found = unit.list_links(tenant, &filter, by(sort)).await.unwrap();
        assert_eq!(found, expected, "{sort:?}");
        let mut parts = Vec::new();
        for offset in 0..4 {
            let slice = Slice {
                offset,
                limit: 1,
                ..by(sort)
            };
            parts.extend(unit.list_links(tenant, &filter, slice).await.unwrap());
        }
        assert_eq!(parts, expected, "{sort:?}");
        let turned = Slice {
            descending: true,
            ..by(sort)
        };
        let found = unit.list_links(tenant, &filter, turned).await.unwrap();
        assert_eq!(found.len(), 3);
        let ends = [expected.first(), expected.last()];
        // The others have equal rows, whose order does not turn.
        if [LinkSort::Crm, LinkSort::Calendar, LinkSort::Since].contains(&sort) {
            assert_eq!([found.last(), found.first()], ends, "{sort:?}");
        }
    }
}

pub(super) async fn a_table_is_filtered_by_words_profile_and_system(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let links = three(&world).await;
    let tenant = links[0].tenant;
    let mut unit = world.read().await;
    let words = |words: &[&str]| LinkFilter {
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        ..LinkFilter::default()
    };
    let caldav = LinkFilter {
        system: Some(CalendarSystem::Caldav),
        ..LinkFilter::default()
    };
    let office = LinkFilter {
        profile: Some(links[0].profile),
        ..LinkFilter::default()
    };
    let table: [(LinkFilter, &[usize]); 9] = [
        (words(&["bjorn"]), &[0, 2]),
        (words(&["ase", "zoe"]), &[0]),
        (words(&["ase", "yngve"]), &[]),
        (words(&["damico"]), &[1]),
        // Signs of patterns are signs of patterns nowhere.
        (words(&["%"]), &[]),
        (words(&["_"]), &[]),
        (words(&["'"]), &[]),
        (caldav, &[2]),
        (office, &[0, 1]),
    ];
    for (filter, expected) in table {
        let expected: Vec<LinkId> = expected.iter().map(|place| links[*place].id).collect();
        let found = unit.list_links(tenant, &filter, ALL).await.unwrap();
        assert_eq!(found, expected, "{filter:?}");
        let counts = unit.count_links(tenant, &filter).await.unwrap();
        let count: u32 = counts.iter().map(|(_, count)| count).sum();
        assert_eq!(count as usize, expected.len(), "{filter:?}");
    }
}

pub(super) async fn a_listed_link_tells_of_its_mail_and_its_next_check(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let links = three(&world).await;
    let (tenant, link) = (links[1].tenant, &links[1]);
    let mail = world.mail(link);
    let mut invitation = world.invitation(link, 1);
    invitation.mail = Some(mail.id);
    let mut copied = world.invitation(link, 2);
    copied.mail = None;
    let grant = world.grant(link, Side::Calendar);
    let mut unit = world.write().await;
    unit.add_mail(&mail, &super::world::sealed(1))
        .await
        .unwrap();
    unit.add_invitation(&invitation).await.unwrap();
    unit.add_invitation(&copied).await.unwrap();
    unit.mark_invitation_opened(tenant, invitation.id, at(9_001))
        .await
        .unwrap();
    unit.put_grant(&grant).await.unwrap();
    let ids = [links[2].id, link.id, links[0].id];
    let rows = unit.listed_links(tenant, &ids).await.unwrap();
    let found: Vec<_> = rows.iter().map(|row| row.link.clone()).collect();
    assert_eq!(found, [links[2].clone(), link.clone(), links[0].clone()]);
    assert_eq!(
        rows.iter().map(|row| row.next_at).collect::<Vec<_>>(),
        [Some(at(9_500)), None, None]
    );
    assert_eq!(rows[1].checked_at, Some(at(9_000)));
    assert_eq!(rows[1].granted_at, Some(grant.granted_at));
    assert_eq!(
        (rows[1].facts.crm, rows[1].facts.calendar),
        (GrantFact::Missing, GrantFact::Good)
    );
    assert_eq!(rows[0].system, CalendarSystem::Caldav);
    let told = rows[1].invitation.clone().unwrap();
    assert_eq!((told.mail, told.at), (MailState::Queued, mail.created_at));
    assert_eq!(told.opened_at, Some(at(9_001)));
    assert_eq!(rows[0].invitation, None);
    unit.note_mail(tenant, mail.id, MailState::Sent, "250", at(9_002))
        .await
        .unwrap();
    let rows = unit.listed_links(tenant, &[link.id]).await.unwrap();
    let told = rows[0].invitation.clone().unwrap();
    assert_eq!((told.mail, told.at), (MailState::Sent, at(9_002)));
    // A mail that was cleared away was on its way once.
    unit.sweep_ended(at(9_999)).await.unwrap();
    let rows = unit.listed_links(tenant, &[link.id]).await.unwrap();
    let told = rows[0].invitation.clone().unwrap();
    let sent = (told.mail, told.at);
    assert_eq!(sent, (MailState::Sent, invitation.created_at));
}
