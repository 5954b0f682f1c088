//! Facts of notices.

use std::sync::Arc;

use synchronizer_domain::link::{Cause, LinkFlags, Side};
use synchronizer_domain::notice::{Fact, NoticeKind};
use synchronizer_domain::profile::{Directory, Stop};
use synchronizer_domain::status::LinkSort;

use super::world::{World, at, calendar_user, crm_user};
use crate::{LinkFilter, Slice, Storage};

pub(super) async fn people_who_came_after_the_first_reading_are_new(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, _, _) = world.add_company("Cust1").await;
    let first = [crm_user("1", "Zoë"), crm_user("2", "Åse")];
    let mut retired = crm_user("5", "Retired");
    retired.active = false;
    let later = [
        crm_user("2", "Åse"),
        crm_user("3", "Noël"),
        retired,
        crm_user("1", "Zoë"),
    ];
    let mut unit = world.write().await;
    unit.replace_crm_users(tenant.id, &first, at(10))
        .await
        .unwrap();
    assert_eq!(unit.new_crm_users(tenant.id).await.unwrap(), []);
    unit.replace_crm_users(tenant.id, &later, at(20))
        .await
        .unwrap();
    let new = [(later[1].id.clone(), at(20))];
    assert_eq!(unit.new_crm_users(tenant.id).await.unwrap(), new);
    // Another reading leaves the date; whoever left and returns is new again.
    unit.replace_crm_users(tenant.id, &later[1..2], at(30))
        .await
        .unwrap();
    assert_eq!(unit.new_crm_users(tenant.id).await.unwrap(), new);
    unit.replace_crm_users(tenant.id, &later, at(40))
        .await
        .unwrap();
    let found = unit.new_crm_users(tenant.id).await.unwrap();
    // Zoë is linked.
    let expected = [(later[0].id.clone(), at(40)), new[0].clone()];
    assert_eq!(found, expected);
}

pub(super) async fn linked_people_are_gone_until_they_are_back(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let other = world.add_profile(&tenant, "Other").await;
    world.add_link(&other, "2", "two").await;
    let (one, two) = (crm_user("1", "Zoë"), crm_user("2", "Åse"));
    let mut disabled = calendar_user("one", "Zoë");
    disabled.active = false;
    let mut unit = world.write().await;
    let people = [one.clone(), two.clone()];
    unit.replace_crm_users(tenant.id, &people, at(10))
        .await
        .unwrap();
    let facts = unit.notice_facts(tenant.id, at(0)).await.unwrap();
    assert_eq!(facts, []);
    for secs in [20, 30] {
        unit.replace_crm_users(tenant.id, &people[1..], at(secs))
            .await
            .unwrap();
        unit.replace_calendar_users(tenant.id, profile.id, &[disabled.clone()], at(secs + 1))
            .await
            .unwrap();
    }
    // Whoever is gone on both sides is told of once, with the later date.
    let gone = [(
        profile.id,
        NoticeKind::Gone,
        Fact {
            count: 1,
            oldest: at(21),
            newest: at(21),
        },
    )];
    let facts = unit.notice_facts(tenant.id, at(0)).await.unwrap();
    assert_eq!(facts, gone);
    let found = unit.list_links(tenant.id, &gone_ones(), all()).await;
    assert_eq!(found.unwrap(), [link.id]);
    let counts = unit.count_links(tenant.id, &gone_ones()).await.unwrap();
    assert_eq!(counts.len(), 1);
    let rows = unit.listed_links(tenant.id, &[link.id]).await.unwrap();
    assert_eq!(rows[0].gone, [Some(at(20)), Some(at(21))]);
    unit.replace_crm_users(tenant.id, &people, at(40))
        .await
        .unwrap();
    let facts = unit.notice_facts(tenant.id, at(0)).await.unwrap();
    assert_eq!(facts, gone);
    let rows = unit.listed_links(tenant.id, &[link.id]).await.unwrap();
    assert_eq!(rows[0].gone, [None, Some(at(21))]);

    // A paused link was seen to; a stopped profile rests as a whole.
    let paused = LinkFlags {
        paused_at: Some(at(41)),
        ..LinkFlags::default()
    };
    for (flags, stop, told) in [
        (paused, None, false),
        (LinkFlags::default(), Some(stop()), false),
        (LinkFlags::default(), None, true),
    ] {
        unit.set_link_flags(tenant.id, link.id, &flags)
            .await
            .unwrap();
        unit.stop_profile(tenant.id, profile.id, stop.as_ref(), None)
            .await
            .unwrap();
        let facts = unit.notice_facts(tenant.id, at(0)).await.unwrap();
        assert_eq!(facts.len(), usize::from(told));
        let found = unit.list_links(tenant.id, &gone_ones(), all()).await;
        assert_eq!(found.unwrap().len(), usize::from(told));
    }
}

pub(super) async fn nobody_is_gone_from_a_list_that_is_searched(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let mut unit = world.write().await;
    unit.replace_calendar_users(tenant.id, profile.id, &[], at(10))
        .await
        .unwrap();
    let facts = unit.notice_facts(tenant.id, at(0)).await.unwrap();
    assert_eq!(facts.len(), 1);
    let searched = Directory::Exchange {
        server: String::new(),
        ews: String::new(),
        account: "reader@cust1.example".to_owned(),
        username: String::new(),
        impersonation: false,
        connected: true,
    };
    unit.put_directory(tenant.id, profile.id, &searched, None)
        .await
        .unwrap();
    unit.replace_calendar_users(tenant.id, profile.id, &[], at(20))
        .await
        .unwrap();
    let facts = unit.notice_facts(tenant.id, at(0)).await.unwrap();
    assert_eq!(facts, []);
    let rows = unit.listed_links(tenant.id, &[link.id]).await.unwrap();
    assert_eq!(rows[0].gone, [None, None]);
}

fn gone_ones() -> LinkFilter {
    LinkFilter {
        only: Some((NoticeKind::Gone, at(0))),
        ..LinkFilter::default()
    }
}

fn all() -> Slice {
    Slice {
        limit: 99,
        ..Slice::default()
    }
}

fn stop() -> Stop {
    Stop {
        by: "Ingvild".to_owned(),
        at: at(42),
    }
}

pub(super) async fn invitations_are_unanswered_while_their_link_waits(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let mut links = Vec::new();
    for key in ["1", "2", "3", "4", "5", "6", "7"] {
        links.push(world.add_link(&profile, key, key).await);
    }
    let mut unit = world.write().await;
    for (link, secret) in links.iter().zip(0..) {
        let invitation = world.invitation(link, secret);
        unit.add_invitation(&invitation).await.unwrap();
    }
    // One half done still waits; a refusal, a pause, a cause that stops and a newer mail do not.
    let half = world.grant(&links[1], Side::Crm);
    unit.put_grant(&half).await.unwrap();
    let mut refused = world.grant(&links[2], Side::Crm);
    refused.refused = Some((Cause::CrmRefused, at(9)));
    unit.put_grant(&refused).await.unwrap();
    for (link, flags) in [
        (
            &links[3],
            LinkFlags {
                paused_at: Some(at(9)),
                ..LinkFlags::default()
            },
        ),
        (
            &links[4],
            LinkFlags {
                cause: Some((Cause::AdminApproval, at(9))),
                ..LinkFlags::default()
            },
        ),
        (
            &links[6],
            LinkFlags {
                cause: Some((Cause::ConsentDenied, at(9))),
                ..LinkFlags::default()
            },
        ),
    ] {
        unit.set_link_flags(tenant.id, link.id, &flags)
            .await
            .unwrap();
    }
    let before = world.invitation(&links[5], 77);
    let newer = world.invitation(&links[5], 78);
    unit.add_invitation(&newer).await.unwrap();
    let facts = unit
        .notice_facts(tenant.id, before.created_at)
        .await
        .unwrap();
    assert_eq!(facts.len(), 1);
    let (found, kind, fact) = facts[0];
    assert_eq!((found, kind), (profile.id, NoticeKind::Unanswered));
    assert_eq!(fact.count, 3);
    assert!(fact.oldest < fact.newest && fact.newest < before.created_at);
    let filter = LinkFilter {
        only: Some((NoticeKind::Unanswered, before.created_at)),
        ..LinkFilter::default()
    };
    let slice = Slice {
        sort: LinkSort::Since,
        ..all()
    };
    let mut listed = unit.list_links(tenant.id, &filter, slice).await.unwrap();
    let mut expected = [links[0].id, links[1].id, links[6].id];
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected);
    let counts = unit.count_links(tenant.id, &filter).await.unwrap();
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<u32>(), 3);
    let long_ago = unit.notice_facts(tenant.id, at(1)).await.unwrap();
    assert_eq!(long_ago, []);
}

pub(super) async fn a_dismissal_reaches_up_to_the_latest_that_was_seen(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, _, _) = world.add_company("Cust1").await;
    let mut unit = world.write().await;
    for secs in [5, 7, 6] {
        unit.dismiss_notice(tenant.id, NoticeKind::Unanswered, at(secs))
            .await
            .unwrap();
    }
    let dismissed = unit.dismissed_notices(tenant.id).await.unwrap();
    assert_eq!(dismissed, [(NoticeKind::Unanswered, at(7))]);
}
