//! `planUsers`: compares the desired users with the instance, whose users stream past.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::client::parts::Part;
use crate::directory::desired::new_users_option::read_new_users;
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::facts::{Facts, Needs};
use crate::directory::plan::planner::Planner;
use crate::directory::plan::policy::Policy;
use crate::directory::plan::user_plan::UserPlan;
use crate::error::{Code, DomoError};
use crate::wasm::client::context::RequestContext;
use crate::wasm::client::instance_lists::{self, if_known};
use crate::wasm::directory::desired::{CsvStream, read};
use crate::wasm::directory::options::PlanOptions;
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::streams::byte_source::collect_soon;
use crate::wasm::streams::user_stream::UserStream;

/// The host parses this many bytes of changes at once.
const CHUNK: usize = 262_144;

const UNKNOWN_OWNER: &str = "protect has \"me\", but the instance does not tell who the owner of the token is; pass your own id instead of \"me\"";

/// Compares the desired users with the instance.
pub struct Planning {
    users: UserStream,
    desired: DesiredState,
    policy: Policy,
    /// Whether the owner of the token is never updated or deleted.
    protects_owner: bool,
    /// The rest of the desired users, if they are a stream.
    stream: Option<CsvStream>,
}

impl Planning {
    /// Checks the arguments, and reads the desired users unless they are a stream.
    pub fn new(domo: &JsValue, desired: &JsValue, options: &JsValue) -> Result<Self, Error> {
        let mut users = UserStream::new(domo, options, Some(Part::Detailed.into()))?;
        let options = PlanOptions::read(options)?;
        users.on_read = options.on_read;
        let mut state =
            DesiredState::with_header_options(options.match_by, options.clear_empty, options.header_options);
        if let Some(new_users) = options.new_users {
            read_new_users(&mut state, new_users.as_bytes());
        }
        let stream = read(desired, &mut state, options.csv, users.signal())?;
        Ok(Self {
            users,
            desired: state,
            policy: options.policy,
            protects_owner: options.protects_owner,
            stream,
        })
    }

    /// Reads the rest of the desired users and all users of the instance, and returns the plan.
    pub async fn plan(self) -> Result<JsValue, Error> {
        let (mut users, mut desired) = (self.users, self.desired);
        if let Some(stream) = self.stream {
            stream.read(&mut desired).await?;
        }
        let mut planner = Planner::new(desired, self.policy)?;
        let mut facts = Facts::default();
        // Without these, no plan can be made.
        if self.protects_owner {
            facts.own_id = instance_lists::own_id_if_known(&users.context).await?;
            planner.protect(facts.own_id.ok_or_else(|| DomoError::input(UNKNOWN_OWNER))?);
        }
        if planner.names_roles() {
            facts.roles = instance_lists::roles_if_listed(&users.context).await?;
        }
        planner.resolve_roles(&facts);
        compare_all(&mut users, &mut planner).await?;
        look_up(&users.context, planner.needs(), &mut facts).await?;
        to_js(&mut planner.finish(facts)?, users.context.connection.instance())
    }
}

/// Requests what the plan needs to know. The plan can do without what cannot be known.
async fn look_up(context: &RequestContext, needs: Needs, facts: &mut Facts) -> Result<(), Error> {
    if needs.roles {
        facts.roles = if_known(instance_lists::roles_if_listed(context).await)?;
    }
    if needs.keys {
        facts.keys = if_known(instance_lists::keys_if_listed(context).await)?;
    }
    if needs.own_id && facts.own_id.is_none() {
        facts.own_id = if_known(instance_lists::own_id_if_known(context).await)?;
    }
    if needs.user_count {
        facts.user_count = if_known(instance_lists::user_count(context).await)?;
    }
    Ok(())
}

/// Compares all users of the instance with the plan, a second time if the plan starts over.
async fn compare_all(users: &mut UserStream, planner: &mut Planner) -> Result<(), Error> {
    loop {
        while users.read_more().await? {
            collect_soon(users.bytes().len());
            while let Some(user) = users.next_extracted(&mut planner.extractor) {
                match user {
                    Ok(range) => planner.add_user(users.bytes(), range),
                    Err(error) => {
                        users.stop();
                        return Err(error);
                    }
                };
            }
        }
        if !planner.starts_over() {
            return Ok(());
        }
        users.restart();
    }
}

/// Returns the plan as plain data. `instance` is the host of the instance.
fn to_js(plan: &mut UserPlan, instance: Option<String>) -> Result<JsValue, Error> {
    let (changes, mut text, mut has_more) = (Array::new(), Vec::new(), true);
    while has_more {
        text.clear();
        has_more = plan.write_changes(&mut text, CHUNK);
        let json = format!("[{}]", String::from_utf8_lossy(&text));
        let chunk = host::parse_json(&json.into())
            .ok_or_else(|| DomoError::new(Code::BadResponse, "A value of a user in the response is not valid JSON"))?;
        for change in chunk.unchecked_into::<Array>().iter() {
            changes.push(&change);
        }
    }
    #[allow(clippy::cast_precision_loss)] // no instance has 2^53 users
    let unchanged = plan.unchanged() as f64;
    let warnings: Array = plan.warnings().iter().map(|line| JsValue::from_str(line)).collect();
    let mut fields = vec![
        ("changes", changes.into()),
        ("unchanged", unchanged.into()),
        ("warnings", warnings.into()),
    ];
    if let Some(instance) = instance {
        fields.push(("instance", instance.into()));
    }
    let names = String::from_utf8_lossy(&plan.names()).into_owned();
    if let Some(names) = host::parse_json(&names.into()) {
        fields.push(("names", names));
    }
    Ok(host::object(&fields).into())
}
