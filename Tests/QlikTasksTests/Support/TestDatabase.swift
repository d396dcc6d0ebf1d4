import CloudEvents
import Millrace
import MillraceSQLite
import MillraceTesting

@testable import QlikTasks

/// A task database in a folder of its own, and events for it.
struct TestDatabase {
    let folder: TemporaryFolder
    var path: String { folder.path("tasks.db") }

    init() throws { folder = try TemporaryFolder("tasks") }

    func store<Table: TaskTable & ~Copyable>(
        _ table: Table.Type, maxSize: Int = 0, patience: Duration = .seconds(5)
    ) throws -> TaskStore<Table> {
        var options = TaskDatabaseOptions()
        options.path = path
        options.maxSize = maxSize
        return try TaskStore(
            options, ProcessorContext(group: "g", log: Log(), kafka: [:]), processor: "task-test", patience: patience)
    }

    /// The rows of a query, all columns as text.
    func rows(_ sql: String) throws -> [[String?]] {
        let connection = try SQLiteConnection(path: path, access: .read)
        var query = try connection.prepare(sql)
        var rows: [[String?]] = []
        while try query.step() { rows.append((0..<query.columns).map { query.text($0) }) }
        return rows
    }
}

extension TaskEntry {
    /// An event of a task, read somewhere.
    ///
    /// - Parameters:
    ///   - time: of the event, as it writes it; nil: it has none.
    ///   - attributes: more members of the event, JSON text that begins with a comma.
    static func make(
        _ kind: TaskEventKind, _ data: TaskData = .required, id: String = "1", time: String? = nil, topic: String = "t",
        partition: Int32 = 0, offset: Int64 = 0, recordMilliseconds: Int64 = -1, attributes: String = ""
    ) throws -> TaskEntry {
        let time = time.map { #","time":"\#($0)""# } ?? ""
        let json =
            #"{"specversion":"1.0","id":"\#(id)","source":"/s","type":"\#(kind.type)"\#(time)\#(attributes),"#
            + #""data":\#(data.json)}"#
        return TaskEntry(
            try CloudEvent(json: Array(json.utf8)).data(as: AnyTaskEvent.self), topic: topic, partition: partition,
            offset: offset, recordMilliseconds: recordMilliseconds)
    }
}
