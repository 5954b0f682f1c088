//! What administrators decide for the whole tenant.

use std::sync::Arc;

use synchronizer_domain::Locale;
use synchronizer_domain::account::TenantSettings;

use super::world::{World, at};
use crate::Storage;

pub(super) async fn settings_have_defaults_until_they_are_stored(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    let found = unit.tenant_settings(tenant.id).await.unwrap();
    assert_eq!(found, TenantSettings::default());
    for locale in Locale::ALL {
        let settings = TenantSettings {
            contact_email: format!("it-{locale}@company.example"),
            mail_locale: locale,
        };
        unit.put_tenant_settings(tenant.id, &settings)
            .await
            .unwrap();
        assert_eq!(unit.tenant_settings(tenant.id).await.unwrap(), settings);
    }
}

pub(super) async fn an_administrator_is_kept_once_with_what_is_newest(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let (ada, mut bea) = (world.admin("7", "Ada"), world.admin("8", "Bea"));
    let mut unit = world.write().await;
    unit.put_admin(tenant.id, &bea).await.unwrap();
    unit.put_admin(tenant.id, &ada).await.unwrap();
    bea.name = "Bea B.".to_owned();
    bea.removed_at = Some(at(9_000));
    bea.signed_in_at = None;
    bea.from_crm = false;
    bea.added_by = "Ada".to_owned();
    unit.put_admin(tenant.id, &bea).await.unwrap();
    let both = [ada.clone(), bea.clone()];
    assert_eq!(unit.admins(tenant.id).await.unwrap(), both);
    unit.forget_admin(tenant.id, &ada.associate).await.unwrap();
    assert_eq!(unit.admins(tenant.id).await.unwrap(), [bea]);
}
