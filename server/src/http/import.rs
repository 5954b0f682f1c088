//! Lists of pairs, and of people: taking them, and the file that is to be filled in. Both are plain forms,
//! so that any browser can send a file as it is.

use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use multer::Multipart;
use synchronizer_app::files;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::import::FileProblem;
use synchronizer_domain::routes;

use super::files::{attachment, refused};
use super::language::Language;
use super::public;
use super::session::AdminOnly;
use super::size::TooLarge;
use crate::state::AppState;

/// Keeps a file or pasted lines and leads to the page that shows what they are worth.
pub(super) async fn take(
    State(state): State<AppState>,
    language: Language,
    AdminOnly(actor): AdminOnly,
    Path(profile): Path<String>,
    request: Request,
) -> Response {
    let Ok(profile) = profile.parse::<ProfileId>() else {
        return public::mishap_page(language, "", Mishap::NotFound);
    };
    let too_large = request.extensions().get::<TooLarge>().is_some();
    // Whether the profile is theirs is asked first, however the upload ended.
    let brought = brought(request).await;
    let kept = state
        .core
        .import_pairs(&actor, profile, &brought.name, &brought.bytes)
        .await;
    let page = routes::profile_page(profile, "link-file");
    match kept {
        Ok(Ok(import)) => Redirect::to(&format!("{page}?list={import}#checked")).into_response(),
        Ok(Err(problem)) => {
            let problem = if too_large {
                FileProblem::TooLarge
            } else if brought.broken {
                FileProblem::Broken
            } else {
                problem
            };
            Redirect::to(&format!("{page}?problem={}", problem.word())).into_response()
        }
        Err(error) => refused(language, error),
    }
}

/// The list of everybody who can be linked, to be filled in.
pub(super) async fn template(
    State(state): State<AppState>,
    language: Language,
    AdminOnly(actor): AdminOnly,
    Path(profile): Path<String>,
) -> Response {
    let Ok(profile) = profile.parse::<ProfileId>() else {
        return public::mishap_page(language, "", Mishap::NotFound);
    };
    let lines = match state.core.import_template(&actor, profile).await {
        Ok(lines) => lines,
        Err(error) => return refused(language, error),
    };
    attachment("link-users.csv", files::template(language.0, &lines))
}

/// Keeps the lines of a file with people and leads to the page in whose field they stand.
pub(super) async fn people(
    State(state): State<AppState>,
    language: Language,
    AdminOnly(actor): AdminOnly,
    Path(profile): Path<String>,
    request: Request,
) -> Response {
    let Ok(profile) = profile.parse::<ProfileId>() else {
        return public::mishap_page(language, "", Mishap::NotFound);
    };
    let brought = brought(request).await;
    let kept = state.core.bring_people(&actor, profile, &brought.bytes);
    let page = routes::profile_page(profile, "systems");
    let query = match kept.await {
        Ok(Ok(())) => "brought=ok".to_owned(),
        Ok(Err(_)) if brought.broken => problem(FileProblem::Broken),
        Ok(Err(other)) => problem(other),
        Err(error) => return refused(language, error),
    };
    Redirect::to(&format!("{page}?{query}#people-file")).into_response()
}

fn problem(problem: FileProblem) -> String {
    format!("problem={}", problem.word())
}

#[derive(Default)]
struct Brought {
    name: String,
    bytes: Vec<u8>,
    broken: bool,
}

async fn brought(request: Request) -> Brought {
    parts(request).await.unwrap_or(Brought {
        broken: true,
        ..Brought::default()
    })
}

/// The chosen file; where none was chosen what was pasted.
async fn parts(request: Request) -> Result<Brought, multer::Error> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind)?;
    let mut parts = Multipart::new(request.into_body().into_data_stream(), boundary);
    let mut brought = Brought::default();
    while let Some(part) = parts.next_field().await? {
        let (field, name) = (
            part.name().unwrap_or_default().to_owned(),
            part.file_name().unwrap_or_default().to_owned(),
        );
        let bytes = part.bytes().await?;
        let is_file = field == "file" && !bytes.is_empty();
        if is_file || field == "text" && brought.bytes.is_empty() {
            brought.name = name;
            brought.bytes = bytes.to_vec();
        }
    }
    Ok(brought)
}
