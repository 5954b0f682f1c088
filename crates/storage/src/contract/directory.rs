//! The two lists of people.

use std::sync::Arc;

use super::world::{World, at, calendar_user, crm_user};
use crate::Storage;

pub(super) async fn lists_are_none_before_the_first_read(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let mut unit = world.read().await;
    assert_eq!(unit.crm_users(tenant.id).await.unwrap(), None);
    let list = unit.calendar_users(tenant.id, profile.id).await.unwrap();
    assert_eq!(list, None);
    let read_at = unit.calendar_users_read_at(tenant.id, profile.id).await;
    assert_eq!(read_at.unwrap(), None);
}

pub(super) async fn crm_users_are_replaced_and_listed_by_name(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut retired = crm_user("3", "émile \"quote\" O'Hara");
    retired.active = false;
    retired.email = String::new();
    let old = [crm_user("9", "Gone"), crm_user("1", "Old Name")];
    let new = [crm_user("1", "Zoë"), retired, crm_user("12", "Ærø")];
    let mut unit = world.write().await;
    unit.replace_crm_users(tenant.id, &old, at(10))
        .await
        .unwrap();
    unit.replace_crm_users(tenant.id, &new, at(20))
        .await
        .unwrap();
    let sorted = vec![new[2].clone(), new[1].clone(), new[0].clone()];
    let found = unit.crm_users(tenant.id).await.unwrap();
    assert_eq!(found, Some((sorted, at(20))));
    let read_at = unit.crm_users_read_at(tenant.id).await.unwrap();
    assert_eq!(read_at, Some(at(20)));
    let one = unit.crm_user(tenant.id, &new[1].id).await.unwrap();
    assert_eq!(one.as_ref(), Some(&new[1]));
    assert_eq!(unit.crm_user(tenant.id, &old[0].id).await.unwrap(), None);
}

pub(super) async fn calendar_users_are_replaced_and_listed_by_name(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let other = world.add_profile(&tenant, "Other").await;
    let mut disabled = calendar_user("b", "bjørn");
    disabled.active = false;
    disabled.aliases = Vec::new();
    let old = [calendar_user("z", "Gone")];
    let new = [calendar_user("a", "Zoë"), disabled];
    let mut unit = world.write().await;
    unit.replace_calendar_users(tenant.id, other.id, &old, at(5))
        .await
        .unwrap();
    unit.replace_calendar_users(tenant.id, profile.id, &old, at(10))
        .await
        .unwrap();
    unit.replace_calendar_users(tenant.id, profile.id, &new, at(20))
        .await
        .unwrap();
    let found = unit.calendar_users(tenant.id, profile.id).await.unwrap();
    let sorted = vec![new[1].clone(), new[0].clone()];
    assert_eq!(found, Some((sorted, at(20))));
    let read_at = unit.calendar_users_read_at(tenant.id, profile.id).await;
    assert_eq!(read_at.unwrap(), Some(at(20)));
    let one = unit.calendar_user(tenant.id, profile.id, &new[0].id).await;
    assert_eq!(one.unwrap().as_ref(), Some(&new[0]));
    let gone = unit.calendar_user(tenant.id, profile.id, &old[0].id).await;
    assert_eq!(gone.unwrap(), None);
    // The other profile's list is its own.
    let found = unit.calendar_users(tenant.id, other.id).await.unwrap();
    assert_eq!(found, Some((old.to_vec(), at(5))));
}

pub(super) async fn a_calendar_user_is_added_beside_the_others(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let (first, mut second) = (calendar_user("a", "Anna"), calendar_user("b", "Bo"));
    let mut unit = world.write().await;
    for user in [&first, &second] {
        unit.put_calendar_user(tenant.id, profile.id, user, at(10))
            .await
            .unwrap();
    }
    second.name = "Åse".to_owned();
    unit.put_calendar_user(tenant.id, profile.id, &second, at(20))
        .await
        .unwrap();
    let found = unit.calendar_users(tenant.id, profile.id).await.unwrap();
    let (mut list, read_at) = found.unwrap();
    list.sort_by(|left, right| left.id.as_str().cmp(right.id.as_str()));
    assert_eq!((list, read_at), (vec![first, second], at(20)));
}

pub(super) async fn an_empty_list_was_read_all_the_same(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let mut unit = world.write().await;
    unit.replace_crm_users(tenant.id, &[], at(10))
        .await
        .unwrap();
    unit.replace_calendar_users(tenant.id, profile.id, &[], at(11))
        .await
        .unwrap();
    let list = unit.crm_users(tenant.id).await.unwrap();
    assert_eq!(list, Some((Vec::new(), at(10))));
    let list = unit.calendar_users(tenant.id, profile.id).await.unwrap();
    assert_eq!(list, Some((Vec::new(), at(11))));
}

pub(super) async fn a_person_that_is_listed_twice_is_kept_once(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let crm = [crm_user("1", "First"), crm_user("1", "Second")];
    let calendar = [calendar_user("a", "First"), calendar_user("a", "Second")];
    let mut unit = world.write().await;
    unit.replace_crm_users(tenant.id, &crm, at(10))
        .await
        .unwrap();
    unit.replace_calendar_users(tenant.id, profile.id, &calendar, at(10))
        .await
        .unwrap();
    let list = unit.crm_users(tenant.id).await.unwrap().unwrap().0;
    assert_eq!(list, crm[..1]);
    let list = unit.calendar_users(tenant.id, profile.id).await.unwrap();
    assert_eq!(list.unwrap().0, calendar[..1]);
}

pub(super) async fn lists_of_unknown_owners_are_not_kept(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let (nobody, nothing) = (world.tenant("Cust2").id, world.profile(&tenant, "No").id);
    let mut unit = world.write().await;
    unit.replace_crm_users(nobody, &[crm_user("1", "One")], at(1))
        .await
        .unwrap();
    unit.replace_calendar_users(tenant.id, nothing, &[calendar_user("a", "A")], at(1))
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let mut unit = world.read().await;
    assert_eq!(unit.crm_users(nobody).await.unwrap(), None);
    let list = unit.calendar_users(tenant.id, nothing).await.unwrap();
    assert_eq!(list, None);
}

pub(super) async fn ten_thousand_people_are_replaced_at_once(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let crm = (0..10_000)
        .map(|n| crm_user(&n.to_string(), &format!("Person {n:05}")))
        .collect::<Vec<_>>();
    let calendar = (0..10_000)
        .map(|n| calendar_user(&n.to_string(), &format!("Person {n:05}")))
        .collect::<Vec<_>>();
    for round in [1, 2] {
        let mut unit = world.write().await;
        unit.replace_crm_users(tenant.id, &crm, at(round))
            .await
            .unwrap();
        unit.replace_calendar_users(tenant.id, profile.id, &calendar, at(round))
            .await
            .unwrap();
        unit.commit().await.unwrap();
    }
    let mut unit = world.read().await;
    let (found, read_at) = unit.crm_users(tenant.id).await.unwrap().unwrap();
    assert!(found == crm && read_at == at(2));
    let found = unit.calendar_users(tenant.id, profile.id).await.unwrap();
    assert!(found == Some((calendar, at(2))));
}
