//! A list of people as a file, for calendar systems that cannot list them: the same as pasting
//! it, and nothing is stored before it is saved.

use synchronizer_domain::ErrorCode;
use synchronizer_domain::draft::TypedField;
use synchronizer_domain::usecases::{DirectoryDetail, ProfileDetail};
use synchronizer_testkit::Browser;

use crate::support::{Api, Story, TestApp, says, signed_up_admin};

/// Sends a file from the page; the status and where it leads.
async fn send(api: &Api<'_>, profile: &str, bytes: &[u8]) -> (u16, String) {
    let mut body = b"--limit\r\nContent-Disposition: form-data; name=\"file\"; \
        filename=\"people.csv\"\r\n\r\n"
        .to_vec();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--limit--\r\n");
    let answer = api
        .browser
        .client()
        .post(api.app.url(&format!("/profiles/{profile}/people-file")))
        .header("origin", api.app.url(""))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "multipart/form-data; boundary=limit")
        .body(body)
        .send()
        .await
        .unwrap();
    let to = answer.headers().get("location");
    let to = to.map(|to| to.to_str().unwrap().to_owned());
    (answer.status().as_u16(), to.unwrap_or_default())
}

async fn detail(api: &Api<'_>, profile: &str) -> ProfileDetail {
    api.ok("profiles/detail", &[("profile", profile)]).await
}

fn stored(detail: &ProfileDetail) -> u32 {
    match detail.directory {
        DirectoryDetail::Caldav { count, .. } => count,
        ref other => panic!("{other:?}"),
    }
}

async fn start() -> (TestApp, Browser) {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    (app, admin)
}

#[tokio::test]
async fn the_lines_of_a_file_stand_in_the_field_and_are_judged_like_pasted_ones() {
    let (app, admin) = start().await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api.create_profile("caldav").await;
    let page = format!("/profiles/{profile}/systems?");
    // As a spreadsheet program of Windows saves it.
    let file = b"zoe;Zo\xeb M\xfcller;zoe@a.example\r\nren\xe9e;Ren\xe9e;nowhere\r\n";
    let answer = send(&api, &profile, file).await;
    assert_eq!(answer, (303, format!("{page}brought=ok#people-file")));
    let shown = admin.open(&app.url(&answer.1)).await.unwrap();
    says(
        &shown,
        200,
        &["not saved yet", "zoe;Zoë Müller;zoe@a.example"],
    );
    let kept = detail(&api, &profile).await;
    let people = kept.typed.of(TypedField::People).unwrap().to_owned();
    assert_eq!(stored(&kept), 0);

    let save = |people: &str| {
        let people = people.to_owned();
        let (api, profile) = (&api, profile.as_str());
        async move {
            let arguments = [
                ("profile", profile),
                ("server", "https://dav.a.example/"),
                ("people", people.as_str()),
                ("then", "next"),
            ];
            api.call("profiles/save-caldav", &arguments).await
        }
    };
    let wrong = save(&people).await.wrong();
    let bad = ErrorCode::LineBadEmail {
        line: 2,
        value: "nowhere".to_owned(),
    };
    assert_eq!(wrong, [("people".to_owned(), bad)]);
    assert_eq!(save(&people.replace("nowhere", "")).await.status, 200);
    let saved = detail(&api, &profile).await;
    assert_eq!(
        (stored(&saved), saved.typed.of(TypedField::People)),
        (2, None)
    );

    // A ready profile takes one too, and keeps what it has until that is saved.
    api.finish_profile(&profile, "Field team").await;
    assert_eq!(send(&api, &profile, b"kim").await.0, 303);
    let ready = detail(&api, &profile).await;
    assert_eq!(
        (stored(&ready), ready.typed.of(TypedField::People)),
        (2, Some("kim"))
    );
    assert_eq!(save("kim").await.status, 200);
    let saved = detail(&api, &profile).await;
    assert_eq!(
        (stored(&saved), saved.typed.of(TypedField::People)),
        (1, None)
    );
}

#[tokio::test]
async fn what_is_no_list_is_refused_with_what_to_do() {
    let (app, admin) = start().await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api.create_profile("exchange").await;
    let many = "a@a.example\n".repeat(20_001);
    for (bytes, word, sentence) in [
        (&b"PK\x03\x04..."[..], "workbook", "This is a workbook"),
        (b"", "empty", "There is no line in it"),
        (b"a\x00b", "not_text", "This is not a text file"),
        (many.as_bytes(), "too_many_lines", "more than 20,000 lines"),
    ] {
        let (status, to) = send(&api, &profile, bytes).await;
        let page = format!("/profiles/{profile}/systems?problem={word}#people-file");
        assert_eq!((status, to), (303, page.clone()));
        let shown = admin.open(&app.url(&page)).await.unwrap();
        says(&shown, 200, &[sentence]);
    }
    let kept = detail(&api, &profile).await;
    assert_eq!(kept.typed.of(TypedField::People), None);
}

#[tokio::test]
async fn systems_that_list_their_people_take_no_file() {
    let story = Story::start().await;
    let api = story.api();
    let answer = send(&api, &story.profile, b"zoe@a.example").await;
    assert_eq!(answer.0, 404);
    let systems = format!("/profiles/{}/systems", story.profile);
    let page = story.admin.open(&story.app.url(&systems)).await.unwrap();
    assert!(!page.html.contains("people-file"), "{}", page.text());
}
