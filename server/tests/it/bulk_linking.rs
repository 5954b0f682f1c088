//! Link several: who is offered, a batch of a thousand, repetition, refusals, stopping, and
//! a process that is killed in the middle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use synchronizer_domain::bulk::{BatchKind, BatchRowState, BatchView, SeveralView};
use synchronizer_domain::directory::{CalendarUser, CrmUser};
use synchronizer_domain::ids::{AssociateId, CalendarUserId};
use synchronizer_domain::link::LinkState;
use synchronizer_domain::matching::MatchReason;
use synchronizer_domain::several::NotOffered;
use synchronizer_domain::{Clock, ErrorCode};
use synchronizer_storage::Storage;
use synchronizer_testkit::Browser;

use crate::support::{
    Api, Database, GUENTHER, HAKON, RENEE, Story, TestApp, TestOptions, ZOE, microsoft_profile,
    person, signed_up_admin,
};

/// A company whose CRM and one CalDAV profile have this many people with equal e-mails.
struct Crowd {
    app: TestApp,
    admin: Browser,
    profile: String,
    people: usize,
}

impl Crowd {
    async fn of(people: usize, options: TestOptions) -> Self {
        let url = options.database.clone();
        let app = TestApp::with(options).await;
        let admin = signed_up_admin(&app).await;
        let api = Api {
            app: &app,
            browser: &admin,
        };
        let profile = api
            .caldav_profile("https://dav.nordlicht.example/", "Everybody")
            .await;
        let storage = match url {
            Some(url) => synchronizer_storage_sql::connect(&url.into())
                .await
                .unwrap(),
            None => Arc::clone(&app.core().storage),
        };
        fill(&*storage, &app, &profile, people).await;
        Self {
            app,
            admin,
            profile,
            people,
        }
    }

    fn api(&self) -> Api<'_> {
        Api {
            app: &self.app,
            browser: &self.admin,
        }
    }

    async fn several(&self) -> SeveralView {
        let profile = [("profile", self.profile.as_str())];
        self.api().ok("linking/several", &profile).await
    }

    fn pairs(&self) -> Vec<(String, String)> {
        (0..self.people)
            .map(|n| (number(n), format!("login{n}")))
            .collect()
    }

    /// Mails by recipient, as their Message-IDs.
    fn mails(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut mails: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for mail in self.app.sandbox.mails() {
            let ids = mails.entry(mail.to.join(",")).or_default();
            ids.insert(format!("{:?}", mail.message_id));
        }
        mails
    }

    async fn everybody_has_one_mail(&self) {
        for _ in 0..2_400 {
            if self.mails().len() >= self.people {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        let mails = self.mails();
        assert_eq!(mails.len(), self.people);
        assert!(mails.values().all(|ids| ids.len() == 1), "{mails:?}");
    }
}

fn number(n: usize) -> String {
    format!("{}", 100_000 + n)
}

pub async fn fill(storage: &dyn Storage, app: &TestApp, profile: &str, people: usize) {
    let crm: Vec<_> = (0..people)
        .map(|n| CrmUser {
            id: AssociateId::new(number(n)),
            name: format!("Person {n:05} Nordmann"),
            email: format!("person.{n}@crowd.example"),
            active: true,
        })
        .collect();
    let calendar: Vec<_> = (0..people)
        .map(|n| CalendarUser {
            id: CalendarUserId::new(format!("login{n}")),
            name: format!("Nordmann {n}"),
            email: format!("Person.{n}@CROWD.example"),
            aliases: Vec::new(),
            active: true,
        })
        .collect();
    let now = app.clock.now();
    let mut unit = storage.write().await.unwrap();
    let tenant = unit.versions().await.unwrap()[0].0;
    unit.replace_crm_users(tenant, &crm, now).await.unwrap();
    unit.replace_calendar_users(tenant, profile.parse().unwrap(), &calendar, now)
        .await
        .unwrap();
    unit.commit().await.unwrap();
}

fn counts(batch: &BatchView) -> [u32; 5] {
    [
        BatchRowState::Done,
        BatchRowState::Already,
        BatchRowState::Refused,
        BatchRowState::Cancelled,
        BatchRowState::Waiting,
    ]
    .map(|state| batch.count(state))
}

#[tokio::test]
async fn equal_emails_are_offered_and_everybody_else_is_named_with_the_reason() {
    let story = Story::start().await;
    let profile = [("profile", story.profile.as_str())];
    let view: SeveralView = story.api().ok("linking/several", &profile).await;
    let offered = |name: &str| {
        let pair = view.pairs.iter().find(|pair| pair.crm.name == name);
        pair.map(|pair| (pair.calendar.name.as_str(), pair.reason.unwrap()))
    };
    assert_eq!(offered(RENEE), Some((RENEE, MatchReason::EqualEmail)));
    // Günther's address at Microsoft differs; an alias is his address in the CRM.
    assert_eq!(offered(GUENTHER), Some((GUENTHER, MatchReason::Alias)));
    assert_eq!(offered(ZOE), None);
    let why =
        |wanted: &dyn Fn(&NotOffered) -> bool| view.left_out.iter().any(|left| wanted(&left.why));
    let zoe = view.left_out.iter().find(|left| left.crm.name == ZOE);
    let linked = NotOffered::Linked {
        profile: story.profile.parse().unwrap(),
        name: "Oslo and Bergen".to_owned(),
    };
    assert_eq!(zoe.map(|left| &left.why), Some(&linked));
    assert!(why(&|why| *why == NotOffered::Retired));
    assert!(why(&|why| *why == NotOffered::NoEmail));
    let everybody = story.api().people(&story.profile, "crm").await.len();
    assert_eq!(view.pairs.len() + view.left_out.len(), everybody);
}

#[tokio::test]
async fn a_thousand_pairs_are_linked_and_mailed_once_however_often_it_is_asked() {
    let crowd = Crowd::of(1_000, TestOptions::default()).await;
    let view = crowd.several().await;
    assert_eq!((view.pairs.len(), view.left_out.len()), (1_000, 0));
    assert_eq!(view.batch, None);
    let api = crowd.api();
    api.link_several(&crowd.profile, &crowd.pairs()).await;
    let batch = api.wait_for_batch(&crowd.profile).await;
    assert_eq!(
        (batch.kind, counts(&batch)),
        (BatchKind::Link, [1_000, 0, 0, 0, 0])
    );
    api.link_several(&crowd.profile, &crowd.pairs()).await;
    let again = api.wait_for_batch(&crowd.profile).await;
    assert_ne!(batch.id, again.id);
    assert_eq!(counts(&again), [0, 1_000, 0, 0, 0]);
    let links = api.links(&crowd.profile).await;
    assert_eq!(links.len(), 1_000);
    assert!(
        links
            .iter()
            .all(|row| row.status.state == LinkState::Invited)
    );
    crowd.everybody_has_one_mail().await;
    let view = crowd.several().await;
    assert_eq!((view.pairs.len(), view.left_out.len()), (0, 1_000));
}

#[tokio::test]
async fn each_pair_that_cannot_be_linked_says_why_and_the_others_are_linked() {
    let story = Story::start().await;
    let api = story.api();
    let crm = api.people(&story.profile, "crm").await;
    let calendar = api.people(&story.profile, "calendar").await;
    let id = |name: &str| person(&crm, name).key.clone();
    let oid = |name: &str| person(&calendar, name).key.clone();
    let pairs = [
        (id(ZOE), oid(ZOE)),
        (id(ZOE), oid(RENEE)),
        (id(RENEE), oid(RENEE)),
        (id(RENEE), oid(RENEE)),
        (id(HAKON), oid(RENEE)),
        ("999999".to_owned(), oid(HAKON)),
        (id(HAKON), "nobody".to_owned()),
    ];
    api.link_several(&story.profile, &pairs).await;
    let batch = api.wait_for_batch(&story.profile).await;
    // The pair that stands there twice counts once.
    assert_eq!(counts(&batch), [1, 1, 4, 0, 0]);
    let place = || "Oslo and Bergen".to_owned();
    let reasons: Vec<_> = batch
        .lines
        .iter()
        .filter_map(|line| line.reason.clone())
        .collect();
    assert_eq!(
        reasons,
        [
            ErrorCode::CrmUserLinked {
                name: ZOE.to_owned(),
                profile: place()
            },
            ErrorCode::CalendarUserLinked {
                name: RENEE.to_owned(),
                profile: place()
            },
            ErrorCode::CrmUserGone,
            ErrorCode::CalendarUserGone,
        ]
    );
    assert_eq!(api.links(&story.profile).await.len(), 2);
}

#[tokio::test]
async fn nothing_chosen_and_nonsense_begin_nothing() {
    let story = Story::start().await;
    let api = story.api();
    let profile = ("profile", story.profile.as_str());
    for arguments in [vec![profile], vec![profile, ("pairs[0]", "nonsense")]] {
        let answer = api.call("linking/link-several", &arguments).await;
        let wrong = [("pairs".to_owned(), ErrorCode::Required)];
        assert_eq!(answer.wrong(), wrong);
    }
    let batch: Option<BatchView> = api.ok("linking/batch", &[profile]).await;
    assert_eq!(batch, None);
    let draft = api.create_profile("caldav").await;
    let arguments = [("profile", draft.as_str()), ("pairs[0]", "1 a")];
    let answer = api.call("linking/link-several", &arguments).await;
    assert_eq!(answer.reason(), ErrorCode::DirectoryNotConfigured);
}

#[tokio::test]
async fn a_stopped_batch_keeps_what_is_done_and_begins_nothing_more() {
    let crowd = Crowd::of(3_000, TestOptions::default()).await;
    let api = crowd.api();
    let id = api.link_several(&crowd.profile, &crowd.pairs()).await;
    let batch = [("batch", id.to_string())];
    let batch = batch.each_ref().map(|(name, id)| (*name, id.as_str()));
    api.ok::<()>("linking/cancel-batch", &batch).await;
    let stopped = api.wait_for_batch(&crowd.profile).await;
    let [done, already, refused, cancelled, waiting] = counts(&stopped);
    assert_eq!((already, refused, waiting), (0, 0, 0));
    assert_eq!(done + cancelled, 3_000);
    // Stopping once more changes nothing.
    api.ok::<()>("linking/cancel-batch", &batch).await;
    let links = api.links(&crowd.profile).await.len();
    assert_eq!(links, usize::try_from(done).unwrap());
    assert_eq!(api.wait_for_batch(&crowd.profile).await, stopped);
}

async fn killed_in_the_middle(database: Database) {
    const PEOPLE: usize = 600;
    let options = TestOptions {
        database: Some(database.url().to_owned()),
        ..TestOptions::process()
    };
    let mut crowd = Crowd::of(PEOPLE, options).await;
    let storage = synchronizer_storage_sql::connect(&database.url().to_owned().into())
        .await
        .unwrap();
    let id = crowd
        .api()
        .link_several(&crowd.profile, &crowd.pairs())
        .await;
    let mut kills = 0;
    let mut seen = 0;
    loop {
        let mut unit = storage.read().await.unwrap();
        let tenant = unit.versions().await.unwrap()[0].0;
        let batch = unit.batch(tenant, id).await.unwrap().unwrap();
        let counts = unit.batch_counts(tenant, id).await.unwrap();
        let links = unit.live_links(tenant).await.unwrap().len();
        drop(unit);
        let done = counts
            .iter()
            .find(|(state, _)| *state == BatchRowState::Done)
            .map_or(0, |(_, count)| usize::try_from(*count).unwrap());
        // In every committed state rows and links agree: nothing is half done.
        assert_eq!(done, links);
        if batch.ended_at.is_some() {
            break;
        }
        if kills < 3 && done > seen {
            seen = done;
            kills += 1;
            crowd.app.kill();
            crowd.app.restart().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert!(kills > 0);
    let batch = crowd.api().wait_for_batch(&crowd.profile).await;
    assert_eq!(counts(&batch), [u32::try_from(PEOPLE).unwrap(), 0, 0, 0, 0]);
    crowd.everybody_has_one_mail().await;
    drop(crowd);
    database.remove().await;
}

#[tokio::test]
async fn a_batch_goes_on_after_each_kill_and_nobody_is_linked_or_mailed_twice() {
    killed_in_the_middle(Database::sqlite()).await;
}

#[tokio::test]
async fn a_batch_goes_on_after_each_kill_on_postgres_too() {
    if let Some(database) = Database::postgres().await {
        killed_in_the_middle(database).await;
    }
}

#[tokio::test]
async fn the_form_links_without_script_and_leads_back_to_the_progress() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = microsoft_profile(&api).await;
    api.view(&profile).await;
    let address = app.url(&format!("/profiles/{profile}/link-several"));
    let page = admin.open(&address).await.unwrap();
    let page = admin.press(&page, "Link ", &[]).await.unwrap();
    assert_eq!((page.status, page.url.as_str()), (200, address.as_str()));
    let batch = api.wait_for_batch(&profile).await;
    assert!(batch.count(BatchRowState::Done) > 0, "{batch:?}");
    // An alias is offered, but not ticked.
    let links = api.links(&profile).await;
    assert!(links.iter().any(|row| row.crm.name == ZOE));
    assert!(links.iter().all(|row| row.crm.name != GUENTHER));
}
