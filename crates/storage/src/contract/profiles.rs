//! Profiles.

use std::sync::Arc;

use synchronizer_domain::Locale;
use synchronizer_domain::draft::{Typed, TypedField};
use synchronizer_domain::profile::{
    CalendarSystem, Directory, ProfileSettings, ProfileState, Stop,
};

use super::world::{World, at, sealed};
use crate::{Storage, rules};

pub(super) async fn profiles_are_listed_by_name(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    for name in ["zürich", "Ålesund", "Bergen"] {
        world.add_profile(&tenant, name).await;
    }
    let profiles = world.read().await.profiles(tenant.id).await.unwrap();
    let names = profiles.iter().map(|profile| profile.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["Ålesund", "Bergen", "zürich"]);
    let found = world.read().await.profile(tenant.id, profiles[0].id).await;
    assert_eq!(found.unwrap().as_ref(), Some(&profiles[0]));
}

pub(super) async fn every_calendar_system_can_be_stored(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    for system in CalendarSystem::ALL {
        let mut profile = world.profile(&tenant, system.word());
        profile.system = *system;
        let mut unit = world.write().await;
        unit.add_profile(&profile).await.unwrap();
        let found = unit.profile(tenant.id, profile.id).await.unwrap();
        assert_eq!(found.unwrap(), profile);
        unit.commit().await.unwrap();
    }
}

pub(super) async fn a_profile_name_is_taken_whatever_its_case(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    world.add_profile(&tenant, "Zürich Office").await;
    let mut unit = world.write().await;
    let twin = world.profile(&tenant, "zurich office");
    let error = unit.add_profile(&twin).await.unwrap_err();
    assert!(error.is_conflict(rules::PROFILE_NAME), "{error}");
}

pub(super) async fn finishing_stores_name_and_settings_and_makes_ready(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut profile = world.add_profile(&tenant, "Draft").await;
    let settings = ProfileSettings {
        mail_locale: Locale::De,
        contact_email: String::new(),
    };
    let mut unit = world.write().await;
    let done = unit
        .finish_profile(tenant.id, profile.id, "Office", &settings)
        .await;
    assert!(done.unwrap());
    profile.name = "Office".to_owned();
    profile.settings = settings.clone();
    profile.state = ProfileState::Active;
    let found = unit.profile(tenant.id, profile.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&profile));
    // Its own name is no conflict, an unknown profile no success.
    let again = unit
        .finish_profile(tenant.id, profile.id, "OFFICE", &settings)
        .await;
    assert!(again.unwrap());
    let unknown = world.profile(&tenant, "Unknown").id;
    let done = unit
        .finish_profile(tenant.id, unknown, "Elsewhere", &settings)
        .await;
    assert!(!done.unwrap());
}

pub(super) async fn finishing_under_a_taken_name_changes_nothing(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    world.add_profile(&tenant, "Office").await;
    let draft = world.add_profile(&tenant, "Draft").await;
    let mut unit = world.write().await;
    let error = unit
        .finish_profile(tenant.id, draft.id, "office", &draft.settings)
        .await
        .unwrap_err();
    assert!(error.is_conflict(rules::PROFILE_NAME), "{error}");
    let found = unit.profile(tenant.id, draft.id).await.unwrap();
    assert_eq!(found, Some(draft));
}

pub(super) async fn a_directory_is_stored_with_its_secret(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let microsoft = Directory::Microsoft {
        tid: "9122040d-6c67-4c5b-b112-36a304b66dad".to_owned(),
        account: "admin@company.example".to_owned(),
        connected: true,
    };
    let caldav = Directory::Caldav {
        server: "https://dav.company.example/".to_owned(),
    };
    let refused = microsoft.clone().after_try(false);
    let secret = sealed(5);
    let mut unit = world.write().await;
    let none = unit.directory_secret(tenant.id, profile.id).await;
    assert_eq!(none.unwrap(), None);
    for (directory, secret) in [(microsoft, Some(&secret)), (caldav.clone(), None)] {
        let done = unit
            .put_directory(tenant.id, profile.id, &directory, secret)
            .await;
        assert!(done.unwrap());
        let found = unit.profile(tenant.id, profile.id).await.unwrap().unwrap();
        assert_eq!(found.directory, directory);
        let kept = unit.directory_secret(tenant.id, profile.id).await.unwrap();
        assert_eq!(kept.as_ref(), secret);
    }
    // Whoever tried an older secret changes nothing.
    for (used, kept) in [(5, false), (6, true)] {
        if kept {
            unit.put_directory(tenant.id, profile.id, &caldav, Some(&sealed(6)))
                .await
                .unwrap();
        }
        let noted = unit
            .note_directory(tenant.id, profile.id, &refused, (&sealed(used), &sealed(7)))
            .await;
        assert_eq!(noted.unwrap(), kept);
        let found = unit.profile(tenant.id, profile.id).await.unwrap().unwrap();
        let expected = if kept { &refused } else { &caldav };
        assert_eq!(found.directory, *expected);
    }
    let kept = unit.directory_secret(tenant.id, profile.id).await.unwrap();
    assert_eq!(kept, Some(sealed(7)));
    let unknown = world.profile(&tenant, "Unknown").id;
    let done = unit
        .put_directory(tenant.id, unknown, &Directory::None, None)
        .await;
    assert!(!done.unwrap());
}

pub(super) async fn a_profile_can_be_renamed_but_not_to_a_taken_name(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    world.add_profile(&tenant, "Office").await;
    let draft = world.add_profile(&tenant, "Draft").await;
    let mut unit = world.write().await;
    assert!(
        unit.rename_profile(tenant.id, draft.id, "Team")
            .await
            .unwrap()
    );
    let found = unit.profile(tenant.id, draft.id).await.unwrap().unwrap();
    assert_eq!(
        (found.name.as_str(), found.state),
        ("Team", ProfileState::Draft)
    );
    let taken = unit.rename_profile(tenant.id, draft.id, "OFFICE").await;
    assert!(taken.unwrap_err().is_conflict(rules::PROFILE_NAME));
    let unknown = world.profile(&tenant, "Unknown").id;
    assert!(
        !unit
            .rename_profile(tenant.id, unknown, "Else")
            .await
            .unwrap()
    );
}

pub(super) async fn what_was_typed_is_kept_field_by_field_and_forgotten(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let draft = world.add_profile(&tenant, "Draft").await;
    let (tenant, id) = (tenant.id, draft.id);
    let mut unit = world.write().await;
    assert_eq!(unit.typed(tenant, id).await.unwrap(), Typed::default());
    for (field, value) in [
        (TypedField::Server, Some("dav")),
        (TypedField::Name, Some("Oslo")),
        (TypedField::Name, Some("Bergen")),
        (TypedField::People, Some("a")),
        (TypedField::People, None),
        (TypedField::Account, None),
    ] {
        unit.keep_typed(tenant, id, field, value).await.unwrap();
    }
    let kept = unit.typed(tenant, id).await.unwrap();
    assert_eq!(kept.of(TypedField::Name), Some("Bergen"));
    assert_eq!(kept.of(TypedField::Server), Some("dav"));
    assert_eq!(kept.0.len(), 2);
}

pub(super) async fn a_stopped_profile_says_so_until_it_goes_on(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let stop = |by: &str| Stop {
        at: at(5),
        by: by.to_owned(),
    };
    let (disabled, deleted) = (stop("Ingvild"), stop("Jørgen"));
    let mut unit = world.write().await;
    for (disabled, deleted, state) in [
        (Some(&disabled), None, ProfileState::Disabled),
        (Some(&disabled), Some(&deleted), ProfileState::Deleted),
        (None, Some(&deleted), ProfileState::Deleted),
        (None, None, profile.state),
    ] {
        let done = unit
            .stop_profile(tenant.id, profile.id, disabled, deleted)
            .await;
        assert!(done.unwrap());
        let found = unit.profile(tenant.id, profile.id).await.unwrap().unwrap();
        assert_eq!(
            (found.state, found.disabled.as_ref(), found.deleted.as_ref()),
            (state, disabled, deleted)
        );
    }
    let unknown = world.profile(&tenant, "Unknown").id;
    let done = unit.stop_profile(tenant.id, unknown, None, None).await;
    assert!(!done.unwrap());
}

pub(super) async fn a_deleted_profile_leaves_its_name_to_others(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let old = world.add_profile(&tenant, "Office").await;
    let stop = Stop {
        at: at(5),
        by: "Ingvild".to_owned(),
    };
    let mut unit = world.write().await;
    unit.stop_profile(tenant.id, old.id, None, Some(&stop))
        .await
        .unwrap();
    unit.commit().await.unwrap();
    world.add_profile(&tenant, "office").await;
    let mut unit = world.write().await;
    let back = unit.stop_profile(tenant.id, old.id, None, None).await;
    assert!(back.unwrap_err().is_conflict(rules::PROFILE_NAME));
}

pub(super) async fn only_a_deleted_profile_is_erased_with_all_that_belongs_to_it(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let other = world.add_profile(&tenant, "Other").await;
    let mut link = world.add_link(&profile, "1", "zoe").await;
    let kept = world.add_link(&other, "2", "noel").await;
    let mut unit = world.write().await;
    assert!(!unit.erase_profile(tenant.id, profile.id).await.unwrap());
    link.flags.deleted_at = Some(at(5));
    unit.set_link_flags(tenant.id, link.id, &link.flags)
        .await
        .unwrap();
    let stop = Stop {
        at: at(5),
        by: "Ingvild".to_owned(),
    };
    unit.stop_profile(tenant.id, profile.id, None, Some(&stop))
        .await
        .unwrap();
    unit.replace_calendar_users(tenant.id, profile.id, &[link.calendar.clone()], at(5))
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let (batch, _) = world.add_batch(&profile, 2).await;
    let import = world.import(&profile);
    let mut unit = world.write().await;
    unit.add_import(&import, 5).await.unwrap();
    assert!(unit.erase_profile(tenant.id, profile.id).await.unwrap());
    assert_eq!(unit.batch(tenant.id, batch.id).await.unwrap(), None);
    assert_eq!(unit.import(tenant.id, import.id).await.unwrap(), None);
    assert_eq!(unit.profile(tenant.id, profile.id).await.unwrap(), None);
    assert_eq!(unit.link(tenant.id, link.id).await.unwrap(), None);
    assert!(unit.link(tenant.id, kept.id).await.unwrap().is_some());
    assert!(!unit.erase_profile(tenant.id, profile.id).await.unwrap());
}
