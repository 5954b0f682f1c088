//! Activations and sign-ups.

use std::sync::Arc;

use synchronizer_domain::link::Side;

use super::world::{World, hash};
use crate::Storage;

pub(super) async fn an_activation_belongs_to_its_browser(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (_, _, link) = world.add_company("Cust1").await;
    let invitation = world.invitation(&link, 1);
    let by_mail = world.activation(&invitation, 2);
    let mut signed_in = world.activation(&invitation, 2);
    signed_in.invitation = None;
    signed_in.again = Some(Side::Calendar);
    let mut unit = world.write().await;
    unit.add_invitation(&invitation).await.unwrap();
    for activation in [by_mail, signed_in] {
        unit.add_activation(&activation).await.unwrap();
        let other = unit.activation(activation.id, &hash(3)).await.unwrap();
        assert_eq!(other, None);
        let own = unit.activation(activation.id, &hash(2)).await.unwrap();
        assert_eq!(own, Some(activation));
    }
}

pub(super) async fn a_signup_belongs_to_its_browser_and_ends_once(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let signup = world.signup(2);
    let mut unit = world.write().await;
    unit.add_signup(&signup).await.unwrap();
    let other = unit.signup(signup.id, &hash(3)).await.unwrap();
    assert_eq!(other, None);
    let own = unit.signup(signup.id, &hash(2)).await.unwrap();
    assert_eq!(own.as_ref(), Some(&signup));
    assert!(unit.remove_signup(signup.id).await.unwrap());
    assert!(!unit.remove_signup(signup.id).await.unwrap());
    assert_eq!(unit.signup(signup.id, &hash(2)).await.unwrap(), None);
}
