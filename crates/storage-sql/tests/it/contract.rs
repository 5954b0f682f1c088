//! The contract suite on both engines, one test per case and engine.

use crate::support::{Database, PostgresDatabase, SqliteDatabase};
use synchronizer_storage::contract;

/// Runs the case `group::behaviour` on a fresh database.
async fn run<D: Database>(name: &str) {
    let (_, case) = contract::ALL
        .iter()
        .find(|(found, _)| *found == name)
        .expect("every listed case is in ALL");
    let Some(database) = D::create().await else {
        return;
    };
    case(database.storage()).await;
    database.remove().await;
}

macro_rules! engine_tests {
    ($engine:ty; $($group:ident { $($case:ident,)* })*) => {$(
        mod $group {
            use super::super::*;
            $(
                #[tokio::test]
                async fn $case() {
                    run::<$engine>(concat!(stringify!($group), "::", stringify!($case))).await;
                }
            )*
        }
    )*};
}

mod sqlite {
    macro_rules! on_sqlite {
        ($($cases:tt)*) => { engine_tests!(SqliteDatabase; $($cases)*); };
    }
    synchronizer_storage::contract_cases!(on_sqlite);
}

mod postgres {
    macro_rules! on_postgres {
        ($($cases:tt)*) => { engine_tests!(PostgresDatabase; $($cases)*); };
    }
    synchronizer_storage::contract_cases!(on_postgres);
}
