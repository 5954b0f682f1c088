//! Approvals of organisations.

use std::sync::Arc;

use synchronizer_domain::consent::{Consent, ConsentRefusal};
use synchronizer_domain::link::{Cause, Side};
use synchronizer_domain::profile::{Profile, Stop};

use super::world::{World, at};
use crate::{ConsentLink, LetThrough, Storage};

fn answer(tid: &str, second: i64, refused: Option<ConsentRefusal>) -> Consent {
    Consent {
        tid: tid.to_owned(),
        at: at(second),
        by: "Ingvild".to_owned(),
        refused,
        checked_at: refused.is_none().then(|| at(second + 1)),
    }
}

fn link(profile: &Profile, mark: u8) -> ConsentLink {
    ConsentLink {
        tenant: profile.tenant,
        profile: profile.id,
        tid: "a-b".to_owned(),
        secret_hash: [mark; 32],
        created_at: at(1),
        expires_at: at(100),
        created_by: "Ingvild".to_owned(),
    }
}

pub(super) async fn the_newest_answer_of_an_organisation_is_known(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await.id;
    let mut unit = world.write().await;
    assert_eq!(unit.consent(tenant, "a-b").await.unwrap(), None);
    for refused in ConsentRefusal::ALL {
        let refused = answer("a-b", 1, Some(*refused));
        unit.put_consent(tenant, &refused).await.unwrap();
        let found = unit.consent(tenant, "a-b").await.unwrap();
        assert_eq!(found, Some(refused));
    }
    let yes = answer("a-b", 2, None);
    unit.put_consent(tenant, &answer("A-B", 2, None))
        .await
        .unwrap();
    assert_eq!(unit.consent(tenant, "A-b").await.unwrap(), Some(yes));
    assert_eq!(unit.consent(tenant, "a-c").await.unwrap(), None);
}

pub(super) async fn a_consent_link_is_found_by_its_secret_until_it_is_swept(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let link = link(&profile, 7);
    let mut unit = world.write().await;
    unit.add_consent_link(&link).await.unwrap();
    let found = unit.consent_link(&[7; 32]).await.unwrap();
    assert_eq!(found, Some(link));
    assert_eq!(unit.consent_link(&[8; 32]).await.unwrap(), None);
    unit.sweep_expired(at(100)).await.unwrap();
    assert!(unit.consent_link(&[7; 32]).await.unwrap().is_some());
    unit.sweep_expired(at(101)).await.unwrap();
    assert_eq!(unit.consent_link(&[7; 32]).await.unwrap(), None);
}

pub(super) async fn an_erased_profile_leaves_no_consent_link(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let stop = Stop {
        at: at(5),
        by: "Ingvild".to_owned(),
    };
    let mut unit = world.write().await;
    unit.add_consent_link(&link(&profile, 7)).await.unwrap();
    unit.stop_profile(tenant.id, profile.id, None, Some(&stop))
        .await
        .unwrap();
    assert!(unit.erase_profile(tenant.id, profile.id).await.unwrap());
    assert_eq!(unit.consent_link(&[7; 32]).await.unwrap(), None);
}

pub(super) async fn whom_a_calendar_system_let_through_is_known(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let other = world.add_profile(&tenant, "Other").await;
    let mut unit = world.write().await;
    let nobody = LetThrough::default();
    let anybody = LetThrough {
        anybody: true,
        waiting: false,
    };
    let found = unit.let_through(tenant.id, profile.id).await.unwrap();
    assert_eq!(found, nobody);
    // The CRM's half says nothing of the calendar system.
    unit.put_grant(&world.grant(&link, Side::Crm))
        .await
        .unwrap();
    let found = unit.let_through(tenant.id, profile.id).await.unwrap();
    assert_eq!(found, nobody);
    let grant = world.grant(&link, Side::Calendar);
    unit.put_grant(&grant).await.unwrap();
    let found = unit.let_through(tenant.id, profile.id).await.unwrap();
    assert_eq!(found, anybody);
    let found = unit.let_through(tenant.id, other.id).await.unwrap();
    assert_eq!(found, nobody);
    for cause in Cause::ALL {
        let mut flags = link.flags;
        flags.cause = Some((*cause, at(5)));
        unit.set_link_flags(tenant.id, link.id, &flags)
            .await
            .unwrap();
        let found = unit.let_through(tenant.id, profile.id).await.unwrap();
        assert_eq!(found.waiting, *cause == Cause::AdminApproval, "{cause:?}");
    }
    let refused = unit.refuse_grant(&grant, Cause::CalendarRefused, at(6));
    assert!(refused.await.unwrap().is_some());
    let found = unit.let_through(tenant.id, profile.id).await.unwrap();
    assert!(!found.anybody);
    // Deleted links count for nothing.
    unit.put_grant(&world.grant(&link, Side::Calendar))
        .await
        .unwrap();
    let mut flags = link.flags;
    flags.deleted_at = Some(at(7));
    flags.cause = Some((Cause::AdminApproval, at(7)));
    unit.set_link_flags(tenant.id, link.id, &flags)
        .await
        .unwrap();
    let found = unit.let_through(tenant.id, profile.id).await.unwrap();
    assert_eq!(found, nobody);
}
