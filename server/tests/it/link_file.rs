//! Linking from a list: what is taken, what is told of each line, what is linked, and for
//! whom.

use std::fmt::Write as _;

use synchronizer_domain::bulk::BatchRowState;
use synchronizer_domain::import::{CheckedList, ImportView, LineProblem};
use synchronizer_testkit::Browser;

use crate::support::{
    Api, GUENTHER, HAKON, RENEE, Story, TestApp, ZOE, person, signed_up_admin,
    signed_up_foreign_admin,
};

async fn look(api: &Api<'_>, profile: &str, list: &str) -> ImportView {
    api.ok("linking/import", &[("profile", profile), ("import", list)])
        .await
}

async fn checked(api: &Api<'_>, profile: &str, list: &str) -> CheckedList {
    look(api, profile, list).await.checked.unwrap()
}

#[tokio::test]
async fn each_line_of_a_file_has_its_verdict_and_the_right_ones_are_linked_once() {
    let story = Story::start().await;
    let api = story.api();
    let (crm, calendar) = (
        api.people(&story.profile, "crm").await,
        api.people(&story.profile, "calendar").await,
    );
    let (renee, hakon) = (person(&crm, RENEE), person(&calendar, HAKON));
    let text = format!(
        "sep=;\r\nKalenderbenutzer;CRM-Benutzer\r\n{RENEE};{}\r\n\
         {};{HAKON}\r\n\"{GUENTHER}\";nobody\r\n{ZOE};{ZOE}\r\n{HAKON};{ZOE}\r\n",
        renee.key, hakon.email,
    );
    let mut file = b"\xef\xbb\xbf".to_vec();
    file.extend_from_slice(text.as_bytes());
    let (status, to) = api.bring(&story.profile, ("Paare.csv", &file), "").await;
    let page = format!("/profiles/{}/link-file?list=", story.profile);
    assert_eq!(status, 303);
    let list = to
        .strip_prefix(&page)
        .and_then(|to| to.strip_suffix("#checked"));
    let list = list.unwrap_or_else(|| panic!("{to}"));

    let seen = checked(&api, &story.profile, list).await;
    assert_eq!(
        (seen.file_name.as_str(), seen.guessed),
        ("Paare.csv", false)
    );
    assert_eq!(
        seen.heading.as_deref(),
        Some("Kalenderbenutzer;CRM-Benutzer")
    );
    let right: Vec<_> = seen
        .right
        .iter()
        .map(|line| {
            (
                line.line,
                line.crm.name.as_str(),
                line.calendar.name.as_str(),
            )
        })
        .collect();
    assert_eq!(right, [(3, RENEE, RENEE), (4, HAKON, HAKON)]);
    assert_eq!(seen.already, 1);
    let profile = story.profile.parse().unwrap();
    let wrong: Vec<_> = seen
        .wrong
        .into_iter()
        .map(|line| (line.line, line.why))
        .collect();
    assert_eq!(
        wrong,
        [
            (
                5,
                LineProblem::UnknownCrm {
                    value: "nobody".to_owned()
                }
            ),
            (
                7,
                LineProblem::CrmLinked {
                    name: ZOE.to_owned(),
                    profile,
                    profile_name: "Oslo and Bergen".to_owned(),
                }
            ),
        ]
    );

    // Line 4 loses its tick.
    let arguments = [
        ("profile", story.profile.as_str()),
        ("import", list),
        ("offered[0]", "4"),
    ];
    api.call("linking/link-import", &arguments).await;
    let batch = api.wait_for_batch(&story.profile).await;
    assert_eq!((batch.total(), batch.count(BatchRowState::Done)), (1, 1));
    let seen = checked(&api, &story.profile, list).await;
    assert_eq!((seen.right.len(), seen.already), (1, 2));

    // Its tick is back; once it is linked nothing is left to do.
    let arguments = [
        ("profile", story.profile.as_str()),
        ("import", list),
        ("offered[0]", "4"),
        ("ticked[0]", "4"),
    ];
    assert_eq!(
        api.call("linking/link-import", &arguments).await.status,
        200
    );
    api.wait_for_batch(&story.profile).await;
    assert_eq!(api.links(&story.profile).await.len(), 3);
    let answer = api.call("linking/link-import", &arguments).await;
    assert_eq!(answer.wrong()[0].0, "pairs");
}

#[tokio::test]
async fn what_is_no_list_leads_back_to_the_form_with_the_reason() {
    let story = Story::start().await;
    let api = story.api();
    let long = vec![b'a'; (2 << 20) + 1];
    let many = "a;b\n".repeat(20_002);
    for (file, text, problem) in [
        (&b""[..], "", "empty"),
        (b"PK\x03\x04", "", "workbook"),
        (b"\x01\x02", "", "not_text"),
        (&long, "", "too_large"),
        (b"", &many, "too_many_lines"),
    ] {
        let (status, to) = api.bring(&story.profile, ("x.csv", file), text).await;
        let page = format!("/profiles/{}/link-file?problem={problem}", story.profile);
        assert_eq!((status, to), (303, page));
    }
    // So does a file of which the portal takes nothing at all.
    let huge = vec![b'a'; 5 << 20];
    let (status, to) = api.bring(&story.profile, ("x.csv", &huge), "").await;
    let page = format!("/profiles/{}/link-file?problem=too_large", story.profile);
    assert_eq!((status, to), (303, page));
    // The page says it before any script.
    let page = format!("/profiles/{}/link-file?problem=empty", story.profile);
    let page = story.admin.open(&story.app.url(&page)).await.unwrap();
    assert!(
        page.text().contains("There is no line in it."),
        "{}",
        page.text()
    );
    // A file that was chosen counts before what was pasted.
    let (_, to) = api
        .bring(&story.profile, ("x.csv", b"Zo\xeb;nobody"), "pasted;lines")
        .await;
    let list = to
        .split_once("?list=")
        .unwrap()
        .1
        .trim_end_matches("#checked");
    let seen = checked(&api, &story.profile, list).await;
    assert!(seen.guessed);
    assert_eq!(seen.text.as_deref(), Some("Zoë;nobody"));
}

#[tokio::test]
async fn a_list_belongs_to_one_profile_of_one_company() {
    let story = Story::start().await;
    let api = story.api();
    let list = api.paste(&story.profile, &format!("{HAKON};{HAKON}")).await;
    let other = api
        .caldav_profile("https://dav.nordlicht.example/", "Field team")
        .await;
    let view = look(&api, &other, &list).await;
    assert_eq!((view.gone, view.checked), (true, None));
    let arguments = [("profile", other.as_str()), ("import", list.as_str())];
    let answer = api.call("linking/link-import", &arguments).await;
    assert_eq!(answer.status, 404);

    let foreign = signed_up_foreign_admin(&story.app).await;
    let theirs = Api {
        app: &story.app,
        browser: &foreign,
    };
    let arguments = [
        ("profile", story.profile.as_str()),
        ("import", list.as_str()),
    ];
    for function in ["linking/import", "linking/link-import"] {
        assert_eq!(theirs.call(function, &arguments).await.status, 404);
    }
    let (status, _) = theirs.bring(&story.profile, ("x", b"a;b"), "").await;
    assert_eq!(status, 404);
    let mut unit = story.app.core().storage.read().await.unwrap();
    for (tenant, _) in unit.versions().await.unwrap() {
        let found = unit.import(tenant, list.parse().unwrap()).await.unwrap();
        let own = unit.profiles(tenant).await.unwrap();
        let own = own
            .iter()
            .any(|profile| profile.id.to_string() == story.profile);
        assert_eq!(found.is_some(), own);
    }
}

#[tokio::test]
async fn the_template_comes_back_with_its_equal_emails_and_can_be_linked() {
    let story = Story::start().await;
    let api = story.api();
    api.view(&story.profile).await;
    for (language, separator) in [
        ("en", ','),
        ("nl", ';'),
        ("nb", ';'),
        ("sv", ';'),
        ("da", ';'),
        ("de", ';'),
    ] {
        let address = format!(
            "/profiles/{}/import/template.csv?lang={language}",
            story.profile
        );
        let answer = story
            .admin
            .client()
            .get(story.app.url(&address))
            .send()
            .await
            .unwrap();
        let mut answer = answer;
        if answer.status().is_redirection() {
            let to = answer.headers()["location"].to_str().unwrap().to_owned();
            answer = story
                .admin
                .client()
                .get(story.app.url(&to))
                .send()
                .await
                .unwrap();
        }
        assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
        let file = answer.bytes().await.unwrap();
        let text = std::str::from_utf8(&file).unwrap();
        let heading = text.lines().next().unwrap();
        assert!(heading.contains(separator), "{language}: {heading}");
        assert!(!text.contains(ZOE), "she is linked: {text}");
        let (_, to) = api.bring(&story.profile, ("t.csv", &file), "").await;
        let list = to
            .split_once("?list=")
            .unwrap()
            .1
            .trim_end_matches("#checked");
        let seen = checked(&api, &story.profile, list).await;
        assert!(seen.heading.is_some(), "{language}: {heading}");
        assert!(
            seen.right.iter().any(|line| line.crm.name == RENEE),
            "{seen:?}"
        );
        let other = |why: &LineProblem| !matches!(why, LineProblem::NoCalendar);
        let wrong: Vec<_> = seen.wrong.iter().filter(|line| other(&line.why)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}

#[tokio::test]
async fn ten_thousand_lines_are_looked_at_in_one_go() {
    let app = TestApp::start().await;
    let admin: Browser = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api
        .caldav_profile("https://dav.nordlicht.example/", "Everybody")
        .await;
    crate::bulk_linking::fill(&*app.core().storage, &app, &profile, 10_000).await;
    let mut text = String::new();
    for n in 0..10_000 {
        let wrong = if n % 100 == 0 { "x" } else { "" };
        writeln!(text, "person.{n}@crowd.example;{wrong}login{n}").unwrap();
    }
    let list = api.paste(&profile, &text).await;
    let seen = checked(&api, &profile, &list).await;
    assert_eq!(
        (seen.right.len(), seen.wrong.len(), seen.text),
        (9_900, 100, None)
    );
    let page = format!("/profiles/{profile}/link-file?list={list}");
    let page = admin.open(&app.url(&page)).await.unwrap();
    assert!(
        page.text()
            .contains("9,900 lines can be linked, 100 cannot")
    );
}

#[tokio::test]
async fn without_script_a_pasted_list_is_linked_but_for_the_ticks_that_were_taken_away() {
    let story = Story::start().await;
    let api = story.api();
    api.view(&story.profile).await;
    let list = api
        .paste(&story.profile, &format!("{RENEE};{RENEE}\n{HAKON};{HAKON}"))
        .await;
    let address = story.app.url(&format!(
        "/profiles/{}/link-file?list={list}",
        story.profile
    ));
    let page = story.admin.open(&address).await.unwrap();
    let page = story.admin.press(&page, "Link 2 pairs", &[]).await.unwrap();
    assert_eq!((page.status, page.url.as_str()), (200, address.as_str()));
    let batch = api.wait_for_batch(&story.profile).await;
    assert_eq!(batch.count(BatchRowState::Done), 2);
}
