//! The audit log: every action of an administrator, with filters and as a file.

use synchronizer_domain::account::{AuditLine, AuditView};

use crate::support::{ADMIN, Api, HAKON, Story, ZOE, sign_in};

async fn log(api: &Api<'_>, query: &[(&str, &str)]) -> AuditView {
    api.ok("account/audit", query).await
}

async fn act(api: &Api<'_>, action: &str, link: &str) {
    let asked = [("action", action), ("links[0]", link)];
    let answer = api.call("linking/act", &asked).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

fn said(lines: &[AuditLine]) -> Vec<String> {
    lines
        .iter()
        .map(|line| format!("{}: {} {}", line.who, line.action, line.subject))
        .collect()
}

#[tokio::test]
async fn what_was_done_is_told_in_words_and_can_be_filtered() {
    let story = Story::start().await;
    let api = story.api();
    api.ok::<()>("linking/resend", &[("link", &story.link)])
        .await;
    act(&api, "delete", &story.link).await;
    let hakon = synchronizer_testkit::Browser::new();
    sign_in(&story.app, &hakon, HAKON).await;
    let theirs = Api {
        app: &story.app,
        browser: &hakon,
    };
    act(&theirs, "undelete", &story.link).await;

    let all = said(&log(&api, &[]).await.lines);
    let expected = [
        format!("{HAKON}: Restored the link {ZOE}"),
        format!("{HAKON}: Signed in "),
        format!("{ADMIN}: Deleted the link {ZOE}"),
        format!("{ADMIN}: Sent the mail again {ZOE}"),
        format!("{ADMIN}: Linked {ZOE}"),
        format!("{ADMIN}: Saved the profile’s settings Oslo and Bergen"),
    ];
    assert_eq!(all[..6], expected, "newest first");
    assert!(
        all.iter()
            .any(|line| line.contains("Signed the company up Nordlicht Consulting AS")),
        "{all:?}"
    );

    let by_hakon = log(&api, &[("who", HAKON)]).await;
    assert_eq!(said(&by_hakon.lines), expected[..2]);
    assert_eq!(by_hakon.people, [HAKON, ADMIN]);
    let people = log(&api, &[("group", "people"), ("text", "zoe muller")]).await;
    assert_eq!(
        said(&people.lines),
        [&expected[0], &expected[2], &expected[3], &expected[4]].map(Clone::clone)
    );
    let today = &by_hakon.lines[0].at.to_rfc3339()[..10];
    let seen = log(&api, &[("from", today), ("until", today)]).await;
    assert_eq!(said(&seen.lines), all);
    let never = log(&api, &[("until", "2001-01-01")]).await;
    assert_eq!(never.lines, []);
    let nonsense = log(&api, &[("from", "tomorrow' OR 1=1"), ("who", "")]).await;
    assert_eq!(nonsense.query.from, "", "what is no day is left out");
    assert_eq!(said(&nonsense.lines), all);
}

#[tokio::test]
async fn a_long_log_has_pages_that_miss_and_repeat_nothing() {
    let story = Story::start().await;
    let api = story.api();
    for n in 0..60 {
        act(&api, ["delete", "undelete"][n % 2], &story.link).await;
    }
    let first = log(&api, &[]).await;
    assert_eq!(first.lines.len(), 50);
    let before = first.next.unwrap().to_string();
    let second = log(&api, &[("before", &before)]).await;
    assert_eq!(second.next, None);
    let mut ids: Vec<_> = first
        .lines
        .iter()
        .chain(&second.lines)
        .map(|line| line.id)
        .collect();
    let shown = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), shown);
    assert!(ids.is_sorted_by(|a, b| a > b), "newest first");
    let last = said(&second.lines).pop().unwrap();
    assert!(last.contains("Signed the company up"), "{last}");
}

#[tokio::test]
async fn the_file_has_every_line_and_no_formula() {
    let story = Story::start().await;
    let api = story.api();
    let named = [
        ("profile", story.profile.as_str()),
        ("name", "=HYPERLINK(\"https://evil.example\")"),
        ("mail_locale", "en"),
    ];
    api.ok::<()>("profiles/save-settings", &named).await;
    let answer = story
        .admin
        .client()
        .get(story.app.url("/audit/export.csv?group=profiles"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8");
    assert!(header("content-disposition").contains("audit-log.csv"));
    let file = answer.text().await.unwrap();
    let lines: Vec<_> = file.trim_end().split("\r\n").collect();
    assert_eq!(
        lines[0].trim_start_matches('\u{feff}'),
        "when,who,action,what,on"
    );
    assert!(lines.len() > 3, "{file}");
    for line in &lines[1..] {
        assert!(line.contains(",profile."), "{line}");
        let expected = ",\"'=HYPERLINK(\"\"https://evil.example\"\")\"";
        assert!(line.ends_with(expected), "{line}");
    }
}
