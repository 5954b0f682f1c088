//! Sealed values by the key that sealed them.

use std::sync::Arc;

use synchronizer_domain::link::Side;
use synchronizer_domain::profile::Directory;

use super::world::{World, at};
use crate::{Sealed, SealedKey, SealedPlace, SealedRow, Storage, UnitOfWork};

/// A value as the vault writes it: format, key, the rest.
fn by_key(key: u8, rest: u8) -> Sealed {
    Sealed(vec![1, key, rest])
}

/// One value in every column, all of key 1; what they are bound to.
async fn a_value_everywhere(world: &World) -> [String; 9] {
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let mut unit = world.write().await;
    let connection = world.crm_connection();
    unit.put_crm_connection(tenant.id, &connection, &by_key(1, 1))
        .await
        .unwrap();
    unit.put_system_user(tenant.id, &by_key(1, 2), at(2_000))
        .await
        .unwrap();
    unit.put_directory(tenant.id, profile.id, &Directory::None, Some(&by_key(1, 3)))
        .await
        .unwrap();
    let mut grant = world.grant(&link, Side::Calendar);
    grant.secret = by_key(1, 4);
    unit.put_grant(&grant).await.unwrap();
    let fence = unit
        .lease_tokens(
            tenant.id,
            link.id,
            grant.side,
            grant.id,
            at(8_000),
            at(9_000),
        )
        .await
        .unwrap()
        .unwrap();
    let access = by_key(1, 5);
    unit.store_tokens(
        tenant.id,
        link.id,
        grant.side,
        fence,
        (&access, at(9_500)),
        at(8_100),
    )
    .await
    .unwrap();
    let mail = world.mail(&link);
    unit.add_mail(&mail, &by_key(1, 6)).await.unwrap();
    let mut revocation = world.revocation(&tenant);
    revocation.secret = by_key(1, 7);
    unit.add_revocation(&revocation).await.unwrap();
    let mut attempt = world.attempt(1, 1);
    attempt.secrets = by_key(1, 8);
    unit.add_attempt(&attempt).await.unwrap();
    let mut signup = world.signup(1);
    signup.secret = by_key(1, 9);
    unit.add_signup(&signup).await.unwrap();
    unit.commit().await.unwrap();
    [
        tenant.id.to_string(),
        tenant.id.to_string(),
        profile.id.to_string(),
        grant.id.to_string(),
        grant.id.to_string(),
        mail.id.to_string(),
        revocation.id.to_string(),
        attempt.id.to_string(),
        signup.id.to_string(),
    ]
}

async fn listed(unit: &mut dyn UnitOfWork, place: SealedPlace, key: u8) -> Vec<SealedRow> {
    let start = SealedKey::default();
    let rows = unit.sealed_otherwise(place, key, &start, 100).await;
    rows.unwrap()
}

pub(super) async fn every_column_is_walked_and_sealed_anew(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let bound = a_value_everywhere(&world).await;
    let mut unit = world.write().await;
    for ((place, bound_to), rest) in SealedPlace::ALL.into_iter().zip(bound).zip(1..) {
        assert!(listed(&mut *unit, place, 1).await.is_empty(), "{place:?}");
        assert_eq!(unit.count_sealed_otherwise(place, 1).await.unwrap(), 0);
        assert_eq!(unit.count_sealed_otherwise(place, 2).await.unwrap(), 1);
        let found = listed(&mut *unit, place, 2).await;
        assert_eq!(found.len(), 1, "{place:?}");
        let row = &found[0];
        assert_eq!((&row.bound_to, &row.value), (&bound_to, &by_key(1, rest)));
        let done = unit.seal_anew(place, row, &by_key(2, rest)).await.unwrap();
        assert!(done, "{place:?}");
        assert_eq!(unit.count_sealed_otherwise(place, 2).await.unwrap(), 0);
        let back = listed(&mut *unit, place, 1).await;
        assert_eq!(back[0].value, by_key(2, rest), "{place:?}");
    }
}

pub(super) async fn a_value_that_changed_meanwhile_stays(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let connection = world.crm_connection();
    let place = SealedPlace::CrmConnections;
    let mut unit = world.write().await;
    unit.put_crm_connection(tenant.id, &connection, &by_key(1, 1))
        .await
        .unwrap();
    let read = listed(&mut *unit, place, 2).await;
    unit.put_crm_connection(tenant.id, &connection, &by_key(1, 9))
        .await
        .unwrap();
    let anew = by_key(2, 1);
    assert!(!unit.seal_anew(place, &read[0], &anew).await.unwrap());
    let (_, kept) = unit.crm_connection(tenant.id).await.unwrap().unwrap();
    assert_eq!(kept, by_key(1, 9));
}

pub(super) async fn long_columns_are_walked_in_pieces(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (_, profile, link) = world.add_company("Cust1").await;
    let other = world.add_link(&profile, "2", "two").await;
    let (_, _, foreign) = world.add_company("Cust2").await;
    let mut unit = world.write().await;
    for link in [&link, &other, &foreign] {
        for side in [Side::Crm, Side::Calendar] {
            let mut grant = world.grant(link, side);
            grant.secret = by_key(1, 0);
            unit.put_grant(&grant).await.unwrap();
        }
    }
    let (mut after, mut seen) = (SealedKey::default(), Vec::new());
    loop {
        let piece = unit
            .sealed_otherwise(SealedPlace::Grants, 2, &after, 4)
            .await
            .unwrap();
        let Some(last) = piece.last() else { break };
        after = last.key.clone();
        seen.extend(piece.into_iter().map(|row| row.key));
    }
    assert_eq!(seen.len(), 6);
    assert!(seen.is_sorted());
    let whole = listed(&mut *unit, SealedPlace::Grants, 2).await;
    let whole: Vec<_> = whole.into_iter().map(|row| row.key).collect();
    assert_eq!(whole, seen);
}
