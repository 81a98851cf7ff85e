//! `exportUsersCsv`: the body becomes CSV as it arrives.

use wasm_bindgen::prelude::*;

use crate::client::parts::Part;
use crate::directory::export_columns::{columns_of, default_columns, need_keys};
use crate::directory::manager_addresses::ManagerAddresses;
use crate::error::Code;
use crate::http::request::Request;
use crate::validation::Errors;
use crate::wasm::client::instance_lists::{keys, listed_roles};
use crate::wasm::errors::Error;
use crate::wasm::options::OptionReader;
use crate::wasm::streams::byte_source::collect_soon;
use crate::wasm::streams::csv_output::{CsvOptions, CsvOutput};
use crate::wasm::streams::registry::{ChunkSource, Step};
use crate::wasm::streams::user_stream::UserStream;
use domo_users_scan::columns::Columns;
use domo_users_scan::csv::names_by_id::NamesById;
use domo_users_scan::csv::writer::{Conversion, Writer};

/// The users of the instance as CSV.
pub struct CsvExport {
    stream: UserStream,
    output: CsvOutput,
    /// The options; `None` as soon as the users are read.
    options: Option<ExportOptions>,
}

struct ExportOptions {
    csv: CsvOptions,
    /// Whether managers are written as e-mail addresses.
    names_managers: bool,
    /// Whether roles are written as names.
    names_roles: bool,
}

impl CsvExport {
    /// Checks the arguments. `abandoned` is a signal that is aborted when nobody reads any more.
    pub fn new(domo: &JsValue, options: &JsValue, abandoned: &JsValue) -> Result<Self, Error> {
        // Without DETAILED most columns would be empty.
        let stream = UserStream::new(domo, options, Some(Part::Detailed.into()))?.until(abandoned);
        let mut reader = OptionReader::new(options, Code::InvalidInput);
        let options = ExportOptions {
            csv: CsvOptions::read(&mut reader)?,
            names_managers: reader.choice("managers", &["id", "emailAddress"]) == 1,
            names_roles: reader.choice("roles", &["id", "name"]) == 1,
        };
        reader.get("parts"); // was checked by the stream
        reader.finish_call()?;
        Ok(Self {
            stream,
            output: CsvOutput::default(),
            options: Some(options),
        })
    }

    async fn read(&mut self) -> Result<bool, Error> {
        if let Some(options) = self.options.take() {
            self.prepare(options).await?;
        }
        let has_more = self.stream.read_more().await?;
        if has_more {
            self.write_rows()?;
        }
        Ok(has_more)
    }

    /// Requests what has to be known before the users are read, and writes the header.
    async fn prepare(&mut self, options: ExportOptions) -> Result<(), Error> {
        self.stream.context.stream_body = false;
        let header = options.csv.columns;
        let columns = match &header {
            None => default_columns(),
            Some(names) => {
                let keys = match need_keys(names) {
                    true => keys(&self.stream.context).await?,
                    false => None,
                };
                let mut errors = Errors::default();
                let columns = columns_of(names, keys.as_deref(), &mut errors);
                errors.into_result(Code::InvalidInput)?;
                columns
            }
        };
        let names_roles = options.names_roles && columns.position("roleId").is_some();
        let names_managers = options.names_managers && columns.position("reportsTo").is_some();
        let roles = match names_roles {
            true => Some(listed_roles(&self.stream.context).await?),
            false => None,
        };
        self.stream.context.stream_body = true;
        let managers = match names_managers {
            true => Some(self.read_addresses().await?),
            false => None,
        };
        let mut writer = Writer::new(columns, header.as_deref().map(Columns::new).as_ref(), options.csv.write);
        if let Some(roles) = roles {
            writer.convert("roleId", Conversion::Role(roles.names_by_id()));
        }
        if let Some(managers) = managers {
            writer.convert("reportsTo", Conversion::Manager(managers));
        }
        self.output.writer = writer;
        Ok(())
    }

    /// Reads the e-mail addresses of all users.
    async fn read_addresses(&mut self) -> Result<NamesById, Error> {
        let mut addresses = ManagerAddresses::default();
        let addresses_alone = Request::get_users(Some(&Part::Simple.into()));
        let request = core::mem::replace(&mut self.stream.request, addresses_alone);
        while self.stream.read_more().await? {
            collect_soon(self.stream.bytes().len());
            while let Some(user) = self.stream.next_extracted(&mut addresses.cells) {
                user?;
                addresses.add_user(self.stream.bytes());
            }
        }
        self.stream.restart();
        self.stream.request = request;
        Ok(addresses.finish())
    }

    fn write_rows(&mut self) -> Result<(), Error> {
        collect_soon(self.stream.bytes().len());
        let output = &mut self.output;
        while let Some(user) = self.stream.next_extracted(&mut output.writer.cells) {
            output.writer.write_user(self.stream.bytes(), user?, true);
            output.row_count = output.row_count.wrapping_add(1);
        }
        Ok(())
    }
}

impl ChunkSource for CsvExport {
    fn step(&mut self) -> Step<'_> {
        Box::pin(async {
            let has_more = self.read().await;
            self.output.settle(has_more);
        })
    }

    fn chunk(&mut self) -> Option<Result<JsValue, Error>> {
        self.output.chunk()
    }

    fn reader(&self) -> JsValue {
        self.stream.reader()
    }

    fn stop(&mut self) {
        self.stream.stop();
    }
}
