//! Lists of people on their way.

use std::sync::Arc;

use super::world::{World, at, crm_user};
use crate::{ListKey, ListPart, Storage};

fn part(number: u32, count: u32, cursor: &str) -> ListPart {
    ListPart {
        number,
        people: format!("[\"page {number}\"]"),
        count,
        total: (number == 0).then_some(9),
        cursor: cursor.to_owned(),
    }
}

pub(super) async fn pages_are_kept_in_their_order_with_the_place_where_the_list_goes_on(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await.id;
    let mut unit = world.write().await;
    let list = ListKey::Crm;
    assert_eq!(unit.list_read(tenant, list).await.unwrap(), None);
    unit.begin_list_read(tenant, list, at(10)).await.unwrap();
    for (number, cursor) in [(0, "a"), (1, "b")] {
        let part = part(number, 4, cursor);
        assert!(unit.add_list_part(tenant, list, &part).await.unwrap());
    }
    let read = unit.list_read(tenant, list).await.unwrap().unwrap();
    assert!(read.reading && read.problem.is_none());
    assert_eq!((read.started_at, read.cursor.as_str()), (at(10), "b"));
    assert_eq!((read.pages, read.people, read.total), (2, 8, Some(9)));
    let pages = unit.list_parts(tenant, list).await.unwrap();
    assert_eq!(pages, ["[\"page 0\"]", "[\"page 1\"]"]);
}

pub(super) async fn only_the_next_page_of_a_list_that_is_being_read_is_kept(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await.id;
    let mut unit = world.write().await;
    let list = ListKey::Crm;
    let kept = unit.add_list_part(tenant, list, &part(0, 4, "a")).await;
    assert!(!kept.unwrap());
    unit.begin_list_read(tenant, list, at(10)).await.unwrap();
    let kept = unit.add_list_part(tenant, list, &part(1, 4, "b")).await;
    assert!(!kept.unwrap());
    assert!(
        unit.add_list_part(tenant, list, &part(0, 4, "a"))
            .await
            .unwrap()
    );
    let kept = unit.add_list_part(tenant, list, &part(0, 4, "a")).await;
    assert!(!kept.unwrap());
    unit.end_list_read(tenant, list, None).await.unwrap();
    let kept = unit.add_list_part(tenant, list, &part(1, 4, "b")).await;
    assert!(!kept.unwrap());
    assert!(unit.list_parts(tenant, list).await.unwrap().is_empty());
}

pub(super) async fn a_list_begun_again_starts_empty_and_keeps_its_problem_until_it_ends(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await.id;
    let mut unit = world.write().await;
    let list = ListKey::Crm;
    unit.begin_list_read(tenant, list, at(10)).await.unwrap();
    unit.add_list_part(tenant, list, &part(0, 4, "a"))
        .await
        .unwrap();
    unit.set_list_waiting(tenant, list, at(90)).await.unwrap();
    let read = unit.list_read(tenant, list).await.unwrap().unwrap();
    assert_eq!(read.waits_until, Some(at(90)));
    unit.end_list_read(tenant, list, Some(("{}", at(12))))
        .await
        .unwrap();
    unit.begin_list_read(tenant, list, at(20)).await.unwrap();
    let read = unit.list_read(tenant, list).await.unwrap().unwrap();
    assert_eq!((read.pages, read.people, read.total), (0, 0, None));
    assert_eq!((read.cursor.as_str(), read.waits_until), ("", None));
    assert_eq!(read.problem, Some(("{}".to_owned(), at(12))));
    unit.end_list_read(tenant, list, None).await.unwrap();
    let read = unit.list_read(tenant, list).await.unwrap().unwrap();
    assert!(!read.reading && read.problem.is_none());
}

pub(super) async fn lists_are_stale_after_their_time_unless_somebody_just_tried(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await.id;
    let id = tenant.id;
    let mut unit = world.write().await;
    assert_eq!(unit.stale_lists(at(100)).await.unwrap(), []);
    unit.begin_list_read(id, ListKey::Crm, at(5)).await.unwrap();
    unit.end_list_read(id, ListKey::Crm, Some(("{}", at(6))))
        .await
        .unwrap();
    assert_eq!(unit.stale_lists(at(6)).await.unwrap(), []);
    let failed = unit.stale_lists(at(7)).await.unwrap();
    assert_eq!(failed, [(id, ListKey::Crm)]);
    unit.replace_crm_users(id, &[crm_user("1", "One")], at(10))
        .await
        .unwrap();
    unit.replace_calendar_users(id, profile, &[], at(20))
        .await
        .unwrap();
    let calendar = ListKey::Calendar(profile);
    let both = [(id, ListKey::Crm), (id, calendar)];
    assert_eq!(unit.stale_lists(at(100)).await.unwrap(), both);
    assert_eq!(unit.stale_lists(at(15)).await.unwrap(), both[..1]);
    unit.begin_list_read(id, ListKey::Crm, at(30))
        .await
        .unwrap();
    assert_eq!(unit.stale_lists(at(100)).await.unwrap(), both[1..]);
    unit.end_list_read(id, ListKey::Crm, Some(("{}", at(40))))
        .await
        .unwrap();
    assert_eq!(unit.stale_lists(at(35)).await.unwrap(), both[1..]);
    assert_eq!(unit.stale_lists(at(100)).await.unwrap(), both);
}
