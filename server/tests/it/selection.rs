//! What is done for a selection: whom it would touch, and a crowd that is written to again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use synchronizer_domain::bulk::{ActPreview, ActReport};
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::locale::Locale;

use crate::bulk_linking::fill;
use crate::support::{
    Answer, Api, HAKON, RENEE, RENEE_MAIL, Story, TestApp, TestOptions, signed_up_admin,
};

async fn preview(api: &Api<'_>, action: &str, links: &[&str], filter: &[(&str, &str)]) -> Answer {
    let names: Vec<String> = (0..links.len()).map(|n| format!("links[{n}]")).collect();
    let mut arguments = vec![("action", action)];
    arguments.extend(names.iter().map(String::as_str).zip(links.iter().copied()));
    let asked: Vec<String> = filter
        .iter()
        .map(|(name, _)| format!("asked[{name}]"))
        .collect();
    let values = filter.iter().map(|(_, value)| *value);
    arguments.extend(asked.iter().map(String::as_str).zip(values));
    api.call("linking/preview", &arguments).await
}

fn id(link: &str) -> LinkId {
    link.parse().unwrap()
}

#[tokio::test]
async fn sc_90_a_selection_says_whom_the_filter_hides_and_what_cannot_be_done() {
    let story = Story::start().await;
    let api = story.api();
    let renee = api.link(&story.profile, RENEE, RENEE).await;
    let hakon = api.link(&story.profile, HAKON, HAKON).await;
    api.delete(&hakon).await;
    let (zoe, stranger) = (story.link.as_str(), "01890000-0000-7000-9000-000000000001");
    let all = [zoe, &renee, &hakon, stranger];
    let look = async |action: &str, filter: &[(&str, &str)]| -> ActPreview {
        preview(&api, action, &all, filter).await.read()
    };

    let seen = look("pause", &[]).await;
    assert_eq!(seen.hidden, []);
    assert_eq!(seen.skipped, [id(&hakon), id(stranger)]);
    let seen = look("pause", &[("text", "MULLER zo")]).await;
    assert_eq!(seen.hidden, [id(&renee)]);
    let seen = look("pause", &[("state", "active")]).await;
    assert_eq!(seen.hidden, [id(zoe), id(&renee)]);
    // Deleted links are seen only by who asked for them.
    let seen = look("undelete", &[]).await;
    assert_eq!(
        (seen.hidden.as_slice(), seen.skipped.len()),
        (&[id(&hakon)][..], 3)
    );
    let seen = look("undelete", &[("deleted", "true")]).await;
    assert_eq!(seen.hidden, []);
    let nowhere = [("profile", stranger)];
    assert_eq!(preview(&api, "pause", &all, &nowhere).await.status, 404);

    // Nobody of a disabled profile is written to, everything else can be done.
    let disable = [("profile", story.profile.as_str()), ("action", "disable")];
    assert_eq!(api.call("profiles/act", &disable).await.status, 200);
    assert_eq!(look("resend", &[]).await.skipped.len(), 4);
    assert_eq!(look("pause", &[]).await.skipped.len(), 2);
    // It only looked.
    let rows = api.links(&story.profile).await;
    let paused = rows.iter().any(|row| row.status.state == LinkState::Paused);
    assert!(rows.len() == 3 && !paused, "{rows:?}");
}

#[tokio::test]
async fn before_mails_are_sent_again_their_pace_is_known() {
    let story = Story::with(TestOptions {
        mail_rate: 6,
        ..TestOptions::default()
    })
    .await;
    let api = story.api();
    let seen: ActPreview = preview(&api, "resend", &[&story.link], &[]).await.read();
    assert_eq!(seen.pace.of_company, Some(6));
    assert_eq!(seen.pace.seconds(30), 300);
    let report: ActReport = api.act("resend", &[&story.link], "").await.read();
    assert_eq!(report.done, [id(&story.link)]);
    let seen: ActPreview = preview(&api, "resend", &[&story.link], &[]).await.read();
    assert_eq!(seen.pace.waiting, 1);
    assert!(seen.pace.seconds(30) > 300, "{seen:?}");
}

#[tokio::test]
async fn a_crowd_is_written_to_again_each_person_once() {
    const PEOPLE: usize = 250;
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api
        .caldav_profile("https://dav.nordlicht.example/", "Everybody")
        .await;
    fill(&*app.core().storage, &app, &profile, PEOPLE).await;
    let pairs: Vec<_> = (0..PEOPLE)
        .map(|n| (format!("{}", 100_000 + n), format!("login{n}")))
        .collect();
    api.link_several(&profile, &pairs).await;
    api.wait_for_batch(&profile).await;
    let rows = api.links(&profile).await;
    let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
    let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert_eq!(ids.len(), PEOPLE);

    let report: ActReport = api.act("resend", &ids, "").await.read();
    assert_eq!((report.done.len(), report.skipped), (PEOPLE, 0));
    for _ in 0..2_400 {
        if app.sandbox.mails().len() >= 2 * PEOPLE {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let mut mails: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for mail in app.sandbox.mails() {
        let ids = mails.entry(mail.to.join(",")).or_default();
        ids.insert(mail.message_id);
    }
    assert_eq!(mails.len(), PEOPLE);
    assert!(mails.values().all(|ids| ids.len() == 2), "{mails:?}");

    // Ten thousand can be asked for, whoever they are.
    let strangers: Vec<String> = (0..10_000 - PEOPLE)
        .map(|n| format!("01890000-0000-7000-9000-{n:012}"))
        .collect();
    ids.extend(strangers.iter().map(String::as_str));
    let seen: ActPreview = preview(&api, "pause", &ids, &[("text", "person 00007")])
        .await
        .read();
    assert_eq!(
        (seen.hidden.len(), seen.skipped.len()),
        (PEOPLE - 1, strangers.len())
    );
    let report: ActReport = api.act("pause", &ids, "").await.read();
    assert_eq!(report.done.len(), PEOPLE);
    assert_eq!(report.skipped as usize, strangers.len());
}

#[tokio::test]
async fn a_further_mail_speaks_the_language_that_the_person_chose() {
    let story = Story::start().await;
    let api = story.api();
    let renee = api.link(&story.profile, RENEE, RENEE).await;
    story.app.wait_for_mails(RENEE_MAIL, 1).await;
    let core = story.app.core();
    let mut unit = core.storage.write().await.unwrap();
    let tenant = unit.versions().await.unwrap()[0].0;
    let who = unit.link(tenant, id(&renee)).await.unwrap().unwrap().crm.id;
    unit.set_mail_locale(tenant, &who, Locale::Nl)
        .await
        .unwrap();
    unit.commit().await.unwrap();
    api.ok::<()>("linking/resend", &[("link", &renee)]).await;
    story.app.wait_for_mails(RENEE_MAIL, 2).await;
    let mails = story.app.mails_to(RENEE_MAIL);
    let greetings: Vec<bool> = mails
        .iter()
        .map(|mail| mail.text.as_ref().unwrap().contains("Aan de slag"))
        .collect();
    assert_eq!(greetings, [false, true], "{mails:#?}");
}
