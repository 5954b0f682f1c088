//! Mail scanners in front of a person (SC-88): they look at every link, some with script,
//! some press what can be pressed.

use synchronizer_testkit::Browser;

use crate::support::{Story, says};

async fn look(story: &Story, method: reqwest::Method) -> u16 {
    let scanner = Browser::new();
    let request = scanner.client().request(method, &story.invitation);
    let request = request.header("user-agent", "Mozilla/5.0 (compatible; LinkScanner/2)");
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn sc_88_scanners_that_look_leave_the_link_as_it_was() {
    let story = Story::start().await;
    for _ in 0..5 {
        assert_eq!(look(&story, reqwest::Method::HEAD).await, 200);
        assert_eq!(look(&story, reqwest::Method::GET).await, 200);
    }
    // With script there is nothing to run: the page has none and sends nobody on.
    let page = Browser::new().open(&story.invitation).await.unwrap();
    assert!(!page.html.contains("<script"), "{}", page.html);
    assert!(
        !page.html.contains("http-equiv=\"refresh\""),
        "{}",
        page.html
    );
    story.expect("invited", None).await;
    assert!(story.grants().await.is_empty());
    // Nobody has seen the page, so the row does not say so.
    let row = story.row_text().await;
    assert!(row.contains("Sent") && !row.contains("Opened"), "{row}");
    story.finish().await;
}

#[tokio::test]
async fn sc_88_a_scanner_that_presses_the_button_links_nobody_and_takes_nothing_away() {
    let story = Story::start().await;
    let mut pressed = Vec::new();
    for _ in 0..3 {
        let scanner = Browser::new();
        let page = scanner.open(&story.invitation).await.unwrap();
        let page = scanner.press(&page, "get started", &[]).await.unwrap();
        says(&page, 200, &["Step 1 of 2", "Sign in with SuperOffice"]);
        // It goes on as far as it can: to the sign-in page, where it has no password.
        let page = scanner
            .press(&page, "Sign in with SuperOffice", &[])
            .await
            .unwrap();
        assert_eq!(page.url.host_str(), Some("127.0.0.1"), "at SuperOffice");
        pressed.push(scanner);
    }
    story.expect("invited", None).await;
    assert!(story.grants().await.is_empty());

    // The person comes later, with the same address, in an own browser.
    story.finish().await;
    let grants = story.grants().await;
    assert_eq!(grants.len(), 2);
    // What the scanners began leads nowhere any more.
    for scanner in pressed {
        let page = scanner.open(&story.invitation).await.unwrap();
        says(&page, 410, &["This invitation was used"]);
    }
    assert_eq!(story.grants().await, grants);
}
