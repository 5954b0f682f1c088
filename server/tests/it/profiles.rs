//! Profiles in the overview: renamed, disabled, deleted, and back.

use std::time::Duration;

use synchronizer_domain::bulk::{BatchKind, BatchRowState, BatchView, SeveralView};
use synchronizer_domain::draft::DraftStep;
use synchronizer_domain::ids::{AssociateId, BatchId, CalendarUserId, JobId};
use synchronizer_domain::import::ImportView;
use synchronizer_domain::mail::MailState;
use synchronizer_domain::profile::ProfileState;
use synchronizer_domain::usecases::ProfileCard;
use synchronizer_domain::{Clock, ErrorCode};
use synchronizer_sandbox::System;
use synchronizer_storage::{Batch, BatchRow, NewJob};
use synchronizer_testkit::Browser;

use crate::support::{
    ADMIN, Answer, Api, GUENTHER, RENEE, Story, ZOE, ZOE_MAIL, person, says, sign_in,
};

const PLACE: &str = "Oslo and Bergen";
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

impl Api<'_> {
    async fn profile_act(&self, profile: &str, action: &str, typed: &str) -> Answer {
        let arguments = [("profile", profile), ("action", action), ("typed", typed)];
        self.call("profiles/act", &arguments).await
    }

    async fn card(&self, profile: &str) -> Option<ProfileCard> {
        let cards: Vec<ProfileCard> = self.ok("profiles/list", &[]).await;
        cards
            .into_iter()
            .find(|card| card.id.to_string() == profile)
    }

    /// A person of both lists, as *Link several* sends them.
    async fn pair(&self, profile: &str, name: &str) -> String {
        let crm = self.people(profile, "crm").await;
        let calendar = self.people(profile, "calendar").await;
        format!("{} {}", person(&crm, name).key, person(&calendar, name).key)
    }

    async fn batch(&self, profile: &str) -> BatchView {
        let batch: Option<BatchView> = self.ok("linking/batch", &[("profile", profile)]).await;
        batch.unwrap()
    }

    async fn profile_state(&self, profile: &str) -> Option<ProfileState> {
        self.card(profile).await.map(|card| card.state)
    }
}

impl Story {
    /// Waits until the jobs of a kind rest for at least some seconds.
    async fn parked(&self, kind: &str) {
        let storage = &self.app.core().storage;
        for _ in 0..800 {
            let next = storage.read().await.unwrap().next_job_at(&[kind]).await;
            // A job that somebody holds counts as due: its lease is two seconds.
            let soon = self.app.clock.now().plus(Duration::from_secs(3));
            if next.unwrap().is_none_or(|at| at > soon) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("there is always a {kind} to do");
    }

    /// The administrator again, when her session ended days ago.
    async fn new_admin(&self) -> Browser {
        let admin = Browser::new();
        sign_in(&self.app, &admin, ADMIN).await;
        admin
    }

    /// A batch whose job did not come to its turn yet.
    async fn begin_batch(&self, pair: &str) {
        // Later than any before it.
        self.app.clock.advance(Duration::from_secs(1));
        let core = self.app.core();
        let (crm, calendar) = pair.split_once(' ').unwrap();
        let mut unit = core.storage.write().await.unwrap();
        let tenant = unit.versions().await.unwrap()[0].0;
        let batch = Batch {
            id: BatchId::mint(&*core.clock, &*core.rng),
            tenant,
            profile: self.profile.parse().unwrap(),
            kind: BatchKind::Link,
            started_by: "Ingvild Sætre-Holm".to_owned(),
            created_at: core.clock.now(),
            ended_at: None,
            waits_until: None,
        };
        let row = BatchRow {
            position: 0,
            crm: AssociateId::new(crm),
            crm_name: RENEE.to_owned(),
            calendar: CalendarUserId::new(calendar),
            calendar_name: RENEE.to_owned(),
            link: None,
            state: BatchRowState::Waiting,
            reason: None,
        };
        unit.add_batch(&batch, &[row]).await.unwrap();
        let job = NewJob {
            id: JobId::mint(&*core.clock, &*core.rng),
            tenant,
            kind: "run-batch",
            payload: serde_json::json!({ "batch": batch.id }).to_string(),
            dedup_key: batch.id.to_string(),
            run_at: batch.created_at,
        };
        assert!(unit.add_job(&job).await.unwrap());
        unit.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_profile_is_renamed_but_not_to_nothing_or_a_taken_name() {
    let story = Story::start().await;
    let api = story.api();
    api.caldav_profile("https://dav.nordlicht.example/", "Field team")
        .await;
    for (typed, code) in [
        (" ", ErrorCode::Required),
        ("field TEAM", ErrorCode::NameTaken),
        (&"x".repeat(121), ErrorCode::TooLong { max: 120 }),
    ] {
        let answer = api.profile_act(&story.profile, "rename", typed).await;
        assert_eq!(answer.wrong(), [("typed".to_owned(), code)], "{typed}");
    }
    assert_eq!(
        api.profile_act(&story.profile, "rename", " Oslo ")
            .await
            .read::<u32>(),
        0
    );
    assert_eq!(api.card(&story.profile).await.unwrap().name, "Oslo");
}

#[tokio::test]
async fn a_disabled_profile_mails_nobody_and_goes_on_where_it_stopped() {
    let story = Story::start().await;
    let api = story.api();
    let person = Browser::new();
    let step = story.begin(&person).await;
    assert_eq!(
        api.profile_act(&story.profile, "disable", "").await.status,
        200
    );
    let card = api.card(&story.profile).await.unwrap();
    assert_eq!(card.state, ProfileState::Disabled);
    assert_eq!(card.stop.as_ref().unwrap().by, "Ingvild Sætre-Holm");
    assert_eq!(api.look(&story.profile).await.stop, card.stop);
    // The link keeps its state; nobody is linked or mailed.
    story.expect("invited", None).await;
    let resend = api.call("linking/resend", &[("link", &story.link)]).await;
    assert_eq!(resend.reason(), ErrorCode::ProfileDisabled);
    let copy = api
        .call("linking/copy-link", &[("link", &story.link)])
        .await;
    assert_eq!(copy.reason(), ErrorCode::ProfileDisabled);
    // Whoever opens the mail, or is on the way already, reads why.
    let paused = "Your company paused this";
    let page = Browser::new().open(&story.invitation).await.unwrap();
    says(&page, 200, &[paused, "your invitation stays good"]);
    let page = person.open(step.url.as_ref()).await.unwrap();
    says(&page, 200, &[paused]);
    let again = api.profile_act(&story.profile, "disable", "").await;
    assert_eq!(again.reason(), ErrorCode::NothingToDo);

    assert_eq!(
        api.profile_act(&story.profile, "enable", "").await.status,
        200
    );
    assert_eq!(
        api.profile_state(&story.profile).await,
        Some(ProfileState::Active)
    );
    story.finish().await;
}

#[tokio::test]
async fn a_mail_that_waits_while_its_profile_is_disabled_goes_out_afterwards() {
    let story = Story::start().await;
    let api = story.api();
    let field = api
        .caldav_profile("https://dav.nordlicht.example/", "Field team")
        .await;
    let control = story.app.sandbox.control();
    control.set_unavailable(System::Mail, true);
    let resend = api.call("linking/resend", &[("link", &story.link)]).await;
    assert_eq!(resend.status, 200);
    api.profile_act(&story.profile, "disable", "").await;
    // Whatever was on its way before has failed by then.
    story.app.clock.advance(HOUR);
    story.parked("send-mail").await;
    control.set_unavailable(System::Mail, false);
    story.app.clock.advance(HOUR);
    // A mail that was decided later has passed the place where hers would stand.
    let link = api.link(&field, GUENTHER, GUENTHER).await;
    api.wait_for_sent(&field, &link).await;
    assert_eq!(story.app.mails_to(ZOE_MAIL).len(), 1);

    // It goes out at once, without any time passing.
    story.parked("send-mail").await;
    api.profile_act(&story.profile, "enable", "").await;
    story.app.wait_for_mails(ZOE_MAIL, 2).await;
}

#[tokio::test]
async fn a_mail_whose_link_expired_while_it_waited_does_not_go_out() {
    let story = Story::start().await;
    let api = story.api();
    let control = story.app.sandbox.control();
    control.set_unavailable(System::Mail, true);
    let resend = api.call("linking/resend", &[("link", &story.link)]).await;
    assert_eq!(resend.status, 200);
    api.profile_act(&story.profile, "disable", "").await;
    story.app.clock.advance(HOUR);
    story.parked("send-mail").await;
    control.set_unavailable(System::Mail, false);
    story.app.clock.advance(DAY * 15);
    story.parked("send-mail").await;
    let admin = story.new_admin().await;
    let api = Api {
        app: &story.app,
        browser: &admin,
    };
    api.profile_act(&story.profile, "enable", "").await;
    for _ in 0..400 {
        let row = api.row(&story.profile, &story.link).await;
        let invitation = row.invitation.unwrap();
        if invitation.mail == MailState::Failed {
            assert!(invitation.answer.contains("expired"), "{invitation:?}");
            assert_eq!(story.app.mails_to(ZOE_MAIL).len(), 1);
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the mail still waits");
}

#[tokio::test]
async fn a_disabled_profile_keeps_its_tokens_alive_and_asks_nobody_for_anything() {
    let story = Story::start().await;
    story.finish().await;
    let control = story.app.sandbox.control();
    let asked = |what: &str| {
        let requests = control.requests();
        let fits = |path: &str| path.ends_with(what);
        requests.iter().filter(|one| fits(&one.path)).count()
    };
    story.parked("keep-link").await;
    story.api().profile_act(&story.profile, "disable", "").await;
    let (calendars, tokens) = (asked("/me/calendar"), asked("/token"));
    assert!(calendars > 0, "the check asks for the calendar");
    story.app.clock.advance(HOUR * 2);
    story.parked("keep-link").await;
    assert!(asked("/token") > tokens, "tokens must not die unused");
    assert_eq!(asked("/me/calendar"), calendars);
    story.expect("active", None).await;

    // What breaks meanwhile is known, and nobody hears of it.
    control.revoke_refresh(System::Microsoft, ZOE_MAIL).unwrap();
    story.app.clock.advance(DAY * 7);
    let admin = story.new_admin().await;
    let api = Api {
        app: &story.app,
        browser: &admin,
    };
    api.wait_for_state(&story.profile, &story.link, "attention")
        .await;
    for kind in ["keep-link", "send-mail"] {
        story.parked(kind).await;
    }
    story.app.clock.advance(DAY * 3);
    story.parked("remind").await;
    assert_eq!(story.app.mails_to(ZOE_MAIL).len(), 1);

    let admin = story.new_admin().await;
    let api = Api {
        app: &story.app,
        browser: &admin,
    };
    api.profile_act(&story.profile, "enable", "").await;
    let mails = story.app.wait_for_mails(ZOE_MAIL, 2).await;
    let text = mails.last().unwrap().text.clone().unwrap();
    assert!(text.contains("Microsoft 365"), "{text}");
    for kind in ["keep-link", "send-mail", "remind"] {
        story.parked(kind).await;
    }
    assert_eq!(story.app.mails_to(ZOE_MAIL).len(), 2);
}

#[tokio::test]
async fn a_batch_of_a_disabled_profile_waits_and_one_of_a_deleted_profile_ends() {
    let story = Story::start().await;
    let api = story.api();
    let pair = api.pair(&story.profile, RENEE).await;
    api.profile_act(&story.profile, "disable", "").await;
    let refused = [
        ("profile", story.profile.as_str()),
        ("pairs[0]", pair.as_str()),
    ];
    let refused = api.call("linking/link-several", &refused).await;
    assert_eq!(refused.reason(), ErrorCode::ProfileDisabled);
    let here = [("profile", story.profile.as_str())];
    let several: SeveralView = api.ok("linking/several", &here).await;
    let import: ImportView = api.ok("linking/import", &here).await;
    assert_eq!(several.stop, import.stop);
    assert_eq!(import.stop.map(|stop| stop.by).as_deref(), Some(ADMIN));
    // One that began before.
    story.begin_batch(&pair).await;
    story.parked("run-batch").await;
    let counts = [(BatchRowState::Waiting, 1)];
    assert_eq!(api.batch(&story.profile).await.counts, counts);

    api.profile_act(&story.profile, "enable", "").await;
    let batch = api.wait_for_batch(&story.profile).await;
    assert_eq!(batch.counts, [(BatchRowState::Done, 1)]);

    api.profile_act(&story.profile, "disable", "").await;
    story.begin_batch(&pair).await;
    story.parked("run-batch").await;
    api.profile_act(&story.profile, "delete", "").await;
    api.profile_act(&story.profile, "undelete", "").await;
    let batch = api.wait_for_batch(&story.profile).await;
    assert_eq!(batch.counts, [(BatchRowState::Cancelled, 1)]);
}

#[tokio::test]
async fn a_deleted_profile_takes_its_links_along_and_brings_them_back() {
    let story = Story::start().await;
    let api = story.api();
    story.finish().await;
    assert_eq!(
        api.profile_act(&story.profile, "delete", "").await.status,
        200
    );
    assert_eq!(
        api.profile_state(&story.profile).await,
        Some(ProfileState::Deleted)
    );
    // Its pages are gone, its invitations unknown, its people free.
    for function in ["profiles/detail", "linking/view", "profiles/test"] {
        let answer = api.call(function, &[("profile", &story.profile)]).await;
        assert_eq!(answer.status, 404, "{function}");
    }
    let page = Browser::new().open(&story.invitation).await.unwrap();
    assert_eq!(page.status, 404);
    let undelete = api.act("undelete", &[&story.link], "").await;
    assert_eq!(undelete.status, 404, "a link came back without its profile");

    assert_eq!(
        api.profile_act(&story.profile, "undelete", "")
            .await
            .read::<u32>(),
        0
    );
    story.expect("active", None).await;
}

#[tokio::test]
async fn people_who_were_linked_elsewhere_meanwhile_stay_there() {
    let story = Story::start().await;
    let api = story.api();
    api.profile_act(&story.profile, "delete", "").await;
    // The name is free too.
    let field = api
        .caldav_profile("https://dav.nordlicht.example/", PLACE)
        .await;
    let taken = api.profile_act(&story.profile, "undelete", "").await;
    assert_eq!(taken.reason(), ErrorCode::NameTaken);
    api.profile_act(&field, "rename", "Field team").await;
    api.link(&field, ZOE, "Günther Öztürk").await;
    let left: u32 = api.profile_act(&story.profile, "undelete", "").await.read();
    assert_eq!(left, 1);
    story.expect("deleted", None).await;
}

#[tokio::test]
async fn only_a_deleted_profile_goes_for_ever_and_only_by_its_name() {
    let story = Story::start().await;
    let api = story.api();
    story.finish().await;
    let early = api.profile_act(&story.profile, "erase", PLACE).await;
    assert_eq!(early.reason(), ErrorCode::NothingToDo);
    api.profile_act(&story.profile, "delete", "").await;
    let answer = api.profile_act(&story.profile, "erase", "Oslo").await;
    assert_eq!(
        answer.wrong(),
        [("typed".to_owned(), ErrorCode::NotConfirmed)]
    );
    assert_eq!(
        api.profile_act(&story.profile, "erase", PLACE).await.status,
        200
    );
    assert_eq!(api.profile_state(&story.profile).await, None);
    assert!(story.grants().await.is_empty());
    let requests = || story.app.sandbox.control().requests();
    for _ in 0..400 {
        let revoked = |path: &str| path.to_lowercase().ends_with("/oauth/revoke");
        if requests().iter().any(|request| revoked(&request.path)) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    story.parked("revoke-token").await;
    let revoked = requests()
        .iter()
        .filter(|request| request.path.to_lowercase().ends_with("/oauth/revoke"))
        .count();
    assert_eq!(revoked, 1, "SuperOffice can, Microsoft cannot");
    let gone = api.profile_act(&story.profile, "undelete", "").await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn what_was_typed_in_the_wizard_is_there_again_until_it_is_saved() {
    let story = Story::start().await;
    let api = story.api();
    let draft = api.create_profile("caldav").await;
    let keep = async |field: &str, value: &str| {
        let arguments = [
            ("profile", draft.as_str()),
            ("field", field),
            ("value", value),
        ];
        api.call("profiles/keep-typed", &arguments).await
    };
    let step = async || api.card(&draft).await.unwrap().step;
    assert_eq!(step().await, DraftStep::Systems);
    for (field, value) in [
        ("server", "https://dav.nordlicht.exa"),
        ("server", "https://dav.nordlicht.example/"),
        ("people", "bjorn, Bjørn </textarea><b>"),
    ] {
        assert_eq!(keep(field, value).await.status, 200);
    }
    assert_eq!(step().await, DraftStep::Systems);
    assert_ne!(keep("password", "x").await.status, 200);
    let too_long = keep("people", &"x".repeat(2_000_001)).await.wrong();
    assert_eq!(too_long[0].0, "people");
    // Another browser, another day: the server's page has it all.
    let page = |path: &str| story.app.url(&format!("/profiles/{draft}/{path}"));
    let systems = story.admin.open(&page("systems")).await.unwrap();
    assert!(systems.html.contains("https://dav.nordlicht.example/"));
    assert!(
        systems.html.contains("Bjørn &lt;/textarea>&lt;b>"),
        "{}",
        systems.html
    );

    assert_eq!(keep("name", "Field team").await.status, 200);
    assert_eq!(step().await, DraftStep::Settings);
    let settings = story.admin.open(&page("settings")).await.unwrap();
    assert!(settings.html.contains("value=\"Field team\""));

    // Saved, nothing of it is left to outrank what is stored.
    let people = ("people", "guenther, Günther Öztürk");
    let server = ("server", "https://else.nordlicht.example/");
    let arguments = [
        ("profile", draft.as_str()),
        server,
        people,
        ("then", "next"),
    ];
    let saved = api.call("profiles/save-caldav", &arguments).await;
    assert_eq!(saved.status, 200);
    let systems = story.admin.open(&page("systems")).await.unwrap();
    assert!(systems.html.contains("https://else.nordlicht.example/"));
    api.finish_profile(&draft, "Else").await;
    assert_eq!(keep("name", "Too late").await.status, 200);
    let settings = story.admin.open(&page("settings")).await.unwrap();
    assert!(
        settings.html.contains("value=\"Else\""),
        "{}",
        settings.html
    );
}
