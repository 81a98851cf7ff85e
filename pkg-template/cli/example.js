// The example instance: a small company. The guides show these people, and `mock --example` serves them.

const PEOPLE = [
  [1001, "Maria Lopez", 1, { department: "IT", title: "Domo Administrator", employeeId: "00701", hireDate: Date.UTC(2018, 0, 15), lastActivity: Date.UTC(2026, 10, 20) }],
  [1002, "Ben Carter", 2, { department: "Sales", title: "Head of Sales", employeeId: "00702", hireDate: Date.UTC(2019, 2, 1) }],
  [1003, "Chloe Martin", 4, { department: "Sales", title: "Account Manager", employeeId: "00703", hireDate: Date.UTC(2021, 4, 1), reportsTo: "1002" }],
  [1004, "David Kim", 4, { department: "Sales", title: "Account Manager", employeeId: "00704", hireDate: Date.UTC(2022, 1, 1), reportsTo: "1002" }],
  [1005, "Frank Weber", 2, { department: "Finance", title: "Head of Finance", employeeId: "00705", hireDate: Date.UTC(2017, 5, 1) }],
  [1006, "Hana Sato", 4, { department: "Finance", title: "Accountant", employeeId: "00706", hireDate: Date.UTC(2020, 8, 1), reportsTo: "1005" }],
  [1007, "Ivan Petrov", 4, { department: "IT", title: "Support Engineer", employeeId: "00707", hireDate: Date.UTC(2022, 10, 1), reportsTo: "1001", costcenter: "IT-2" }],
  [1008, "Julia Nowak", 3, { department: "Finance", title: "Controller", employeeId: "00708", hireDate: Date.UTC(2016, 3, 1), reportsTo: "1005" }],
  [1009, "Reporting Service", 2, {}],
];

/** The owner of the token. */
export const OWNER = 1001;

/** Returns the users of the example instance, as `mockDomo` takes them. */
export const exampleUsers = () =>
  PEOPLE.map(([id, displayName, roleId, attributes]) => {
    const emailAddress = `${displayName.toLowerCase().replace(" ", ".")}@example.com`;
    return { id, displayName, emailAddress, userName: emailAddress, roleId, attributes: Object.entries(attributes).map(([key, value]) => ({ key, values: [value] })) };
  });
