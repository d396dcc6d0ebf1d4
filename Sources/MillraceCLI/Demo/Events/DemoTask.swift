/// A scheduled task as the demo imagines it, and the names by which the demo's processor knows which ones fail.
struct DemoTask: Sendable {
    /// Attempts with a task of this name fail twice, then succeed.
    static let flakyName = "Flaky reload"
    /// Attempts with a task of this name never succeed.
    static let failingName = "Failing reload"
    /// The kind of resource that the demo's processor refuses, and its word for it.
    static let refusedResource = "spreadsheet"
    static let refusedCode = "unknownResource"

    let id: String
    let owner: String
    let tenant: String
    let space: String
    let resource: String
    let name: String
    var enabled = true
    private var revision = 1

    /// A member of a task with its text before and after.
    struct Change: Sendable {
        var path: String
        var old: String
        var new: String
    }

    init(number: Int, random: inout DemoRandom) {
        id = random.identifier()
        owner = random.identifier()
        tenant = random.identifier()
        space = random.identifier()
        resource = random.identifier()
        let schedule = random.pick(["Nightly", "Hourly", "Weekly", "Täglicher", "毎日の"])
        let subject = random.pick(["sales", "inventory", "churn", "ledger", "Umsatz Nord", "\"beta\" forecast"])
        name = "\(schedule) \(subject) reload \(number)"
    }

    var description: String { "Revision \(revision)" }

    /// Enables it, or disables it.
    mutating func toggle() -> Change {
        enabled.toggle()
        return Change(path: "/enabled", old: "\(!enabled)", new: "\(enabled)")
    }

    /// Changes nothing but its description.
    mutating func revise() -> Change {
        let old = description
        revision += 1
        return Change(path: "/description", old: old, new: description)
    }
}
