//! Another company's rows: not seen, not changed, not referred to. Every method that takes
//! a tenant is called here with a foreign one.

use std::sync::Arc;

use synchronizer_domain::Locale;
use synchronizer_domain::account::TenantSettings;
use synchronizer_domain::bulk::BatchRowState;
use synchronizer_domain::consent::{Consent, ConsentRefusal};
use synchronizer_domain::draft::{Typed, TypedField};
use synchronizer_domain::link::{Cause, LinkFlags, Side};
use synchronizer_domain::mail::MailState;
use synchronizer_domain::notice::NoticeKind;
use synchronizer_domain::profile::{Directory, Stop};

use super::world::{World, at, calendar_user, crm_user, hash, sealed};
use crate::{AuditFilter, LetThrough, LinkFilter, ListKey, ListPart, Slice, Storage};

pub(super) async fn a_foreign_tenant_sees_no_crm_connection(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let owner = world.add_tenant("Cust1").await;
    let foreign = world.add_tenant("Cust2").await;
    let connection = world.crm_connection();
    let mut unit = world.write().await;
    unit.put_crm_connection(owner.id, &connection, &sealed(1))
        .await
        .unwrap();
    assert_eq!(unit.crm_connection(foreign.id).await.unwrap(), None);
    let noted = unit
        .note_crm_connection(foreign.id, (&sealed(1), &sealed(5)), (false, at(9_000)))
        .await;
    assert!(!noted.unwrap());
    let mut theirs = world.crm_connection();
    theirs.name = "Somebody else".to_owned();
    unit.put_crm_connection(foreign.id, &theirs, &sealed(2))
        .await
        .unwrap();
    unit.put_system_user(owner.id, &sealed(3), at(9_000))
        .await
        .unwrap();
    assert_eq!(unit.system_user(foreign.id).await.unwrap(), None);
    unit.put_system_user(foreign.id, &sealed(4), at(9_000))
        .await
        .unwrap();
    unit.remove_system_user(foreign.id).await.unwrap();
    let system = unit.system_user(owner.id).await.unwrap();
    assert_eq!(system, Some(sealed(3)));
    let own = unit.crm_connection(owner.id).await.unwrap();
    assert_eq!(own, Some((connection, sealed(1))));
    assert_eq!(unit.tenant(foreign.id).await.unwrap(), Some(foreign));
}

pub(super) async fn a_foreign_tenant_reaches_no_profile(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let owner = world.add_tenant("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let profile = world.add_profile(&owner, "Office").await;
    let id = profile.id;
    let mut unit = world.write().await;
    let stored = unit
        .put_directory(owner.id, id, &profile.directory, Some(&sealed(1)))
        .await;
    assert!(stored.unwrap());

    assert_eq!(unit.profile(foreign, id).await.unwrap(), None);
    assert_eq!(unit.profiles(foreign).await.unwrap(), []);
    assert_eq!(unit.directory_secret(foreign, id).await.unwrap(), None);
    let finished = unit
        .finish_profile(foreign, id, "Taken over", &profile.settings)
        .await;
    assert!(!finished.unwrap());
    let directory = Directory::Caldav {
        server: "https://evil.example/".to_owned(),
    };
    let stored = unit
        .put_directory(foreign, id, &directory, Some(&sealed(2)))
        .await;
    assert!(!stored.unwrap());
    let noted = unit
        .note_directory(foreign, id, &directory, (&sealed(1), &sealed(2)))
        .await;
    assert!(!noted.unwrap());

    let renamed = unit.rename_profile(foreign, id, "Taken over").await;
    assert!(!renamed.unwrap());
    let stop = Stop {
        at: at(5),
        by: "Mallory".to_owned(),
    };
    let stopped = unit
        .stop_profile(foreign, id, Some(&stop), Some(&stop))
        .await;
    assert!(!stopped.unwrap());
    assert!(!unit.erase_profile(foreign, id).await.unwrap());

    let own = unit.profile(owner.id, id).await.unwrap();
    assert_eq!(own, Some(profile));
    let own = unit.directory_secret(owner.id, id).await.unwrap();
    assert_eq!(own, Some(sealed(1)));
}

pub(super) async fn a_foreign_tenant_reaches_nothing_typed_and_no_approval(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let (owner, profile, link) = world.add_company("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let id = profile.id;
    let field = TypedField::Name;
    let consent = |refused| Consent {
        tid: "a-b".to_owned(),
        at: at(5),
        by: "Ingvild".to_owned(),
        refused,
        checked_at: None,
    };
    let (yes, no) = (consent(None), consent(Some(ConsentRefusal::Declined)));
    let mut unit = world.write().await;
    unit.keep_typed(owner.id, id, field, Some("Oslo"))
        .await
        .unwrap();
    unit.put_consent(owner.id, &yes).await.unwrap();
    unit.put_grant(&world.grant(&link, Side::Calendar))
        .await
        .unwrap();

    assert_eq!(unit.typed(foreign, id).await.unwrap(), Typed::default());
    unit.keep_typed(foreign, id, field, None).await.unwrap();
    assert_eq!(unit.consent(foreign, "a-b").await.unwrap(), None);
    unit.put_consent(foreign, &no).await.unwrap();
    let through = unit.let_through(foreign, link.profile).await.unwrap();
    assert_eq!(through, LetThrough::default());

    let own = unit.typed(owner.id, id).await.unwrap();
    assert_eq!(own.of(field), Some("Oslo"));
    let own = unit.consent(owner.id, "a-b").await.unwrap();
    assert_eq!(own, Some(yes));
}

pub(super) async fn a_foreign_tenant_reaches_no_list_of_people(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let owner = world.add_tenant("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let profile = world.add_profile(&owner, "Office").await.id;
    let (crm, calendar) = (crm_user("1", "One"), calendar_user("a", "A"));
    let mut unit = world.write().await;
    unit.replace_crm_users(owner.id, std::slice::from_ref(&crm), at(1))
        .await
        .unwrap();
    unit.replace_calendar_users(owner.id, profile, std::slice::from_ref(&calendar), at(1))
        .await
        .unwrap();

    assert_eq!(unit.crm_users(foreign).await.unwrap(), None);
    assert_eq!(unit.crm_users_read_at(foreign).await.unwrap(), None);
    assert_eq!(unit.crm_user(foreign, &crm.id).await.unwrap(), None);
    let list = unit.calendar_users(foreign, profile).await.unwrap();
    assert_eq!(list, None);
    let read_at = unit.calendar_users_read_at(foreign, profile).await;
    assert_eq!(read_at.unwrap(), None);
    let one = unit.calendar_user(foreign, profile, &calendar.id).await;
    assert_eq!(one.unwrap(), None);
    unit.replace_crm_users(foreign, &[], at(2)).await.unwrap();
    unit.replace_calendar_users(foreign, profile, &[], at(2))
        .await
        .unwrap();
    let mut taken_over = calendar.clone();
    taken_over.name = "Foreign".to_owned();
    unit.put_calendar_user(foreign, profile, &taken_over, at(2))
        .await
        .unwrap();

    let own = unit.crm_users(owner.id).await.unwrap();
    assert_eq!(own, Some((vec![crm], at(1))));
    let own = unit.calendar_users(owner.id, profile).await.unwrap();
    assert_eq!(own, Some((vec![calendar], at(1))));
}

pub(super) async fn a_foreign_tenant_reaches_no_list_on_its_way(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let owner = world.add_tenant("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let list = ListKey::Calendar(world.add_profile(&owner, "Office").await.id);
    let part = ListPart {
        number: 0,
        people: "[]".to_owned(),
        count: 1,
        total: None,
        cursor: "next".to_owned(),
    };
    let mut unit = world.write().await;
    unit.begin_list_read(owner.id, list, at(1)).await.unwrap();
    assert!(unit.add_list_part(owner.id, list, &part).await.unwrap());

    assert_eq!(unit.list_read(foreign, list).await.unwrap(), None);
    assert!(unit.list_parts(foreign, list).await.unwrap().is_empty());
    let second = ListPart { number: 1, ..part };
    assert!(!unit.add_list_part(foreign, list, &second).await.unwrap());
    unit.set_list_waiting(foreign, list, at(9)).await.unwrap();
    unit.end_list_read(foreign, list, Some(("{}", at(9))))
        .await
        .unwrap();
    unit.begin_list_read(foreign, list, at(9)).await.unwrap();

    let own = unit.list_read(owner.id, list).await.unwrap().unwrap();
    assert!(own.reading && own.problem.is_none() && own.waits_until.is_none());
    assert_eq!((own.pages, own.started_at), (1, at(1)));
    assert_eq!(unit.list_parts(owner.id, list).await.unwrap(), ["[]"]);
}

pub(super) async fn a_foreign_tenant_reaches_no_link(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (owner, profile, link) = world.add_company("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let mut unit = world.write().await;
    assert_eq!(unit.link(foreign, link.id).await.unwrap(), None);
    let listed = unit.links_of_profile(foreign, profile.id).await.unwrap();
    assert_eq!(listed, []);
    assert_eq!(unit.live_links(foreign).await.unwrap(), []);
    assert_eq!(unit.linked_people(foreign).await.unwrap(), []);
    let filter = LinkFilter::default();
    let slice = Slice {
        limit: 9,
        ..Slice::default()
    };
    let ids = unit.list_links(foreign, &filter, slice).await.unwrap();
    assert_eq!(ids, []);
    assert_eq!(unit.count_links(foreign, &filter).await.unwrap(), []);
    assert_eq!(unit.listed_links(foreign, &[link.id]).await.unwrap(), []);
    let found = unit.link_of_crm_user(foreign, &link.crm.id).await.unwrap();
    assert_eq!(found, None);
    let listed = unit.links_of_crm_user(foreign, &link.crm.id).await;
    assert_eq!(listed.unwrap(), []);
    unit.set_mail_locale(foreign, &link.crm.id, Locale::De)
        .await
        .unwrap();
    let found = unit.link_mail_locale(owner.id, link.id).await.unwrap();
    assert_eq!(found, None);
    unit.set_mail_locale(owner.id, &link.crm.id, Locale::De)
        .await
        .unwrap();
    let found = unit.link_mail_locale(foreign, link.id).await.unwrap();
    assert_eq!(found, None);
    let found = unit
        .link_of_calendar_user(foreign, profile.system, &link.calendar.id)
        .await;
    assert_eq!(found.unwrap(), None);
    let flags = LinkFlags {
        deleted_at: Some(at(9_000)),
        ..LinkFlags::default()
    };
    let stored = unit.set_link_flags(foreign, link.id, &flags).await;
    assert!(!stored.unwrap());
    assert!(!unit.erase_link(foreign, link.id).await.unwrap());
    assert_eq!(unit.link(owner.id, link.id).await.unwrap(), Some(link));
}

pub(super) async fn a_foreign_tenant_reaches_no_grant(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (owner, profile, link) = world.add_company("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let grant = world.grant(&link, Side::Crm);
    let (id, side) = (link.id, grant.side);
    let mut unit = world.write().await;
    unit.put_grant(&grant).await.unwrap();

    assert_eq!(unit.grant(foreign, id, side).await.unwrap(), None);
    assert_eq!(unit.grants(foreign, None).await.unwrap(), []);
    let listed = unit.grants(foreign, Some(profile.id)).await.unwrap();
    assert_eq!(listed, []);
    let done = unit
        .rotate_grant_secret(foreign, id, side, grant.version, &sealed(9))
        .await;
    assert!(!done.unwrap());
    let mut stolen = grant.clone();
    stolen.tenant = foreign;
    let done = unit.refuse_grant(&stolen, Cause::CrmRefused, at(9_000));
    assert_eq!(done.await.unwrap(), None);
    let done = unit
        .set_grant_identity(foreign, id, side, grant.id, "{}")
        .await;
    assert!(!done.unwrap());
    let mut flags = link.flags;
    flags.deleted_at = Some(at(3_000));
    let deleted = unit.set_link_flags(owner.id, id, &flags).await;
    assert!(deleted.unwrap());
    let dropped = unit.drop_grants_of_deleted(foreign, id).await;
    assert_eq!(dropped.unwrap(), []);

    assert_eq!(unit.grant(owner.id, id, side).await.unwrap(), Some(grant));
}

pub(super) async fn a_foreign_tenant_reaches_no_token(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (owner, _, link) = world.add_company("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let grant = world.grant(&link, Side::Crm);
    let (id, side) = (link.id, grant.side);
    let mut unit = world.write().await;
    unit.put_grant(&grant).await.unwrap();
    let leased = unit.lease_tokens(owner.id, id, side, grant.id, at(1), at(2));
    let fence = leased.await.unwrap().unwrap();

    let leased = unit.lease_tokens(foreign, id, side, grant.id, at(5), at(6));
    assert_eq!(leased.await.unwrap(), None);
    assert_eq!(unit.grant_tokens(foreign, id, side).await.unwrap(), None);
    let done = unit
        .store_tokens(foreign, id, side, fence, (&sealed(9), at(9)), at(1))
        .await;
    assert!(!done.unwrap());
    let done = unit
        .note_tokens_failed(foreign, id, side, fence, "theirs", at(1))
        .await;
    assert!(!done.unwrap());
    unit.note_link_checked(foreign, id, at(9)).await.unwrap();
    assert_eq!(unit.link_checked_at(foreign, id).await.unwrap(), None);

    assert_eq!(unit.link_checked_at(owner.id, id).await.unwrap(), None);
    let own = unit.grant_tokens(owner.id, id, side).await.unwrap();
    assert_eq!(own.map(|tokens| tokens.failed), Some(None));
}

pub(super) async fn a_foreign_tenant_reaches_no_revocation_and_no_alarm(storage: Arc<dyn Storage>) {
    use synchronizer_domain::alarm::{Alarm, AlarmKind};
    let world = World::new(storage);
    let owner = world.add_tenant("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let revocation = world.revocation(&owner);
    let alarm = Alarm {
        system: "superoffice".to_owned(),
        kind: AlarmKind::ClientRefused,
        since: at(5),
    };
    let mut unit = world.write().await;
    unit.add_revocation(&revocation).await.unwrap();
    assert!(unit.raise_alarm(owner.id, &alarm).await.unwrap());

    let found = unit.revocation(foreign, revocation.id).await.unwrap();
    assert_eq!(found, None);
    unit.remove_revocation(foreign, revocation.id)
        .await
        .unwrap();
    assert_eq!(unit.alarms(foreign).await.unwrap(), []);
    let cleared = unit.clear_alarm(foreign, &alarm.system, alarm.kind).await;
    assert!(!cleared.unwrap());
    assert!(unit.raise_alarm(foreign, &alarm).await.unwrap());

    let own = unit.revocation(owner.id, revocation.id).await.unwrap();
    assert_eq!(own, Some(revocation));
    assert_eq!(unit.alarms(owner.id).await.unwrap(), [alarm]);
}

pub(super) async fn a_foreign_tenant_reaches_no_invitation(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (owner, _, link) = world.add_company("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let invitation = world.invitation(&link, 1);
    let id = invitation.id;
    let mut unit = world.write().await;
    unit.add_invitation(&invitation).await.unwrap();

    assert_eq!(unit.invitation(foreign, id).await.unwrap(), None);
    let newest = unit.newest_invitation(foreign, link.id).await.unwrap();
    assert_eq!(newest, None);
    unit.mark_invitation_opened(foreign, id, at(9_000))
        .await
        .unwrap();
    unit.use_up_invitations(foreign, link.id, at(9_000))
        .await
        .unwrap();

    let own = unit.invitation(owner.id, id).await.unwrap();
    assert_eq!(own, Some(invitation));
}

pub(super) async fn a_foreign_tenant_reaches_no_mail(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (owner, profile, link) = world.add_company("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let mail = world.mail(&link);
    let mut unit = world.write().await;
    unit.add_mail(&mail, &sealed(1)).await.unwrap();

    assert_eq!(unit.mail(foreign, mail.id).await.unwrap(), None);
    let listed = unit.mails_of_profile(foreign, profile.id).await.unwrap();
    assert_eq!(listed, []);
    let last = unit
        .last_mail_at(foreign, link.id, mail.kind)
        .await
        .unwrap();
    assert_eq!(last, None);
    unit.note_mail(foreign, mail.id, MailState::Sent, "250", at(9_000))
        .await
        .unwrap();

    let job = world.job(&owner, "mail", at(10));
    assert!(unit.add_job(&job).await.unwrap());
    let waiting = unit.waiting_jobs(foreign, job.kind).await.unwrap();
    assert_eq!(waiting, (0, None));
    let claimed = unit
        .claim_jobs(&[job.kind], "worker", at(10), at(20), 1)
        .await
        .unwrap();
    let done = unit.finish_job(job.id, claimed[0].fence, at(11)).await;
    assert!(done.unwrap());
    for (tenant, turn) in [(foreign, None), (owner.id, Some(at(10)))] {
        let last = unit.last_turn_done(tenant, job.kind, at(0)).await.unwrap();
        assert_eq!(last, turn);
    }

    let own = unit.mail(owner.id, mail.id).await.unwrap();
    assert_eq!(own, Some((mail, Some(sealed(1)))));
}

pub(super) async fn a_foreign_tenant_hastens_no_job(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let owner = world.add_tenant("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let job = world.job(&owner, "a", at(9_000));
    let mut unit = world.write().await;
    assert!(unit.add_job(&job).await.unwrap());
    let hastened = unit.hasten_job(foreign, job.kind, "a", at(1)).await;
    assert!(!hastened.unwrap());
    let next = unit.next_job_at(&[job.kind]).await.unwrap();
    assert_eq!(next, Some(at(9_000)));
}

pub(super) async fn a_foreign_tenant_reaches_no_batch(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (owner, profile, _) = world.add_company("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let (batch, rows) = world.add_batch(&profile, 2).await;
    let (id, waiting) = (batch.id, BatchRowState::Waiting);
    let mut unit = world.write().await;
    assert_eq!(unit.batch(foreign, id).await.unwrap(), None);
    let newest = unit.newest_batch(foreign, profile.id).await.unwrap();
    assert_eq!(newest, None);
    let open = unit.open_batches(foreign, profile.id).await.unwrap();
    assert_eq!(open, []);
    assert_eq!(unit.batch_counts(foreign, id).await.unwrap(), []);
    let listed = unit.batch_rows(foreign, id, waiting, 10).await.unwrap();
    assert_eq!(listed, []);
    assert!(!unit.hold_batch(foreign, id).await.unwrap());
    unit.set_batch_waiting(foreign, id, at(9_000))
        .await
        .unwrap();
    let settled = unit
        .settle_batch_row(foreign, id, 0, BatchRowState::Done, None, None)
        .await;
    assert!(!settled.unwrap());
    assert!(!unit.end_batch(foreign, id, at(9_000)).await.unwrap());

    assert_eq!(unit.batch(owner.id, id).await.unwrap(), Some(batch));
    let own = unit.batch_rows(owner.id, id, waiting, 10).await.unwrap();
    assert_eq!(own, rows);
}

pub(super) async fn a_foreign_tenant_reaches_no_import(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (owner, profile, _) = world.add_company("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let import = world.import(&profile);
    let mut unit = world.write().await;
    unit.add_import(&import, 5).await.unwrap();
    assert_eq!(unit.import(foreign, import.id).await.unwrap(), None);
    let own = unit.import(owner.id, import.id).await.unwrap();
    assert_eq!(own, Some(import));
}

pub(super) async fn a_foreign_tenant_reaches_no_notice(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (owner, _, _) = world.add_company("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let kind = NoticeKind::NewCrm;
    let mut unit = world.write().await;
    unit.replace_crm_users(owner.id, &[], at(1)).await.unwrap();
    let hired = [crm_user("8", "Åse")];
    unit.replace_crm_users(owner.id, &hired, at(2))
        .await
        .unwrap();
    assert_eq!(unit.new_crm_users(owner.id).await.unwrap().len(), 1);
    assert_eq!(unit.notice_facts(owner.id, at(0)).await.unwrap().len(), 1);
    assert_eq!(unit.new_crm_users(foreign).await.unwrap(), []);
    assert_eq!(unit.notice_facts(foreign, at(0)).await.unwrap(), []);
    unit.dismiss_notice(foreign, kind, at(3)).await.unwrap();
    assert_eq!(unit.dismissed_notices(owner.id).await.unwrap(), []);
    unit.dismiss_notice(owner.id, kind, at(4)).await.unwrap();
    let own = unit.dismissed_notices(foreign).await.unwrap();
    assert_eq!(own, [(kind, at(3))]);
}

pub(super) async fn a_foreign_tenant_has_its_own_audit_log_and_counter(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let owner = world.add_tenant("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let line = world.audit(&owner, "link.created");
    let mut unit = world.write().await;
    unit.add_audit(&line).await.unwrap();
    let all = AuditFilter::default();
    assert_eq!(unit.audit(foreign, &all, 10).await.unwrap(), []);
    assert_eq!(
        unit.audit_actors(foreign).await.unwrap(),
        Vec::<String>::new()
    );
    assert_eq!(unit.audit(owner.id, &all, 10).await.unwrap(), [line]);
    unit.bump_version(foreign).await.unwrap();
    assert_eq!(unit.versions().await.unwrap(), [(foreign, 1)]);
}

pub(super) async fn a_foreign_tenant_has_its_own_administrators_and_sessions(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let owner = world.add_tenant("Cust1").await;
    let foreign = world.add_tenant("Cust2").await.id;
    let (admin, session) = (world.admin("7", "Ada"), world.session(&owner, 1));
    let settings = TenantSettings {
        contact_email: "it@company.example".to_owned(),
        mail_locale: Locale::Da,
    };
    let mut unit = world.write().await;
    unit.put_admin(owner.id, &admin).await.unwrap();
    unit.put_tenant_settings(owner.id, &settings).await.unwrap();
    unit.add_session(&session).await.unwrap();

    assert_eq!(unit.admins(foreign).await.unwrap(), []);
    let theirs = unit.tenant_settings(foreign).await.unwrap();
    assert_eq!(theirs, TenantSettings::default());
    let person = &session.associate.clone();
    assert_eq!(unit.sessions_of(foreign, person).await.unwrap(), []);
    let removed = unit.remove_sessions_of(foreign, person, None).await;
    assert_eq!(removed.unwrap(), 0);
    let mut other = admin.clone();
    other.removed_at = Some(at(9_000));
    unit.put_admin(foreign, &other).await.unwrap();
    unit.forget_admin(foreign, &admin.associate).await.unwrap();
    unit.put_tenant_settings(foreign, &TenantSettings::default())
        .await
        .unwrap();

    assert_eq!(unit.admins(owner.id).await.unwrap(), [admin]);
    let own = unit.tenant_settings(owner.id).await.unwrap();
    assert_eq!(own, settings);
    let own = unit.sessions_of(owner.id, person).await.unwrap();
    assert_eq!(own, [session]);
}

pub(super) async fn rows_cannot_refer_to_another_tenant(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (_, profile, link) = world.add_company("Cust1").await;
    let foreign = world.add_tenant("Cust2").await;

    let mut stolen = profile.clone();
    stolen.tenant = foreign.id;
    let child = world.link(&stolen, "2", "two");
    let mut unit = world.write().await;
    assert!(unit.add_link(&child, profile.system).await.is_err());
    drop(unit);

    let mut stolen = link.clone();
    stolen.tenant = foreign.id;
    let mut unit = world.write().await;
    let grant = world.grant(&stolen, Side::Crm);
    assert!(unit.put_grant(&grant).await.is_err());
    drop(unit);
    let mut unit = world.write().await;
    let invitation = world.invitation(&stolen, 1);
    assert!(unit.add_invitation(&invitation).await.is_err());
    drop(unit);
    let mut unit = world.write().await;
    let mail = world.mail(&stolen);
    assert!(unit.add_mail(&mail, &sealed(1)).await.is_err());
    drop(unit);
    let mut unit = world.write().await;
    let mut activation = world.activation(&invitation, 1);
    activation.invitation = None;
    assert!(unit.add_activation(&activation).await.is_err());
    drop(unit);

    let mut unit = world.read().await;
    assert_eq!(unit.grants(link.tenant, None).await.unwrap(), []);
    let found = unit.invitation_by_secret(&hash(1)).await.unwrap();
    assert_eq!(found, None);
}

pub(super) async fn equal_people_and_names_of_two_tenants_do_not_collide(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let (first, _, of_first) = world.add_company("Cust1").await;
    let (second, _, of_second) = world.add_company("Cust2").await;
    let mut unit = world.write().await;
    for (tenant, link) in [(&first, &of_first), (&second, &of_second)] {
        let found = unit.link_of_crm_user(tenant.id, &link.crm.id).await;
        assert_eq!(found.unwrap().unwrap().id, link.id);
        // Open jobs are counted per tenant, too.
        let job = world.job(tenant, "same key", at(1));
        assert!(unit.add_job(&job).await.unwrap());
    }
}
