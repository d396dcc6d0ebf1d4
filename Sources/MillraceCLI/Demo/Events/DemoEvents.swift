import Millrace

/// Makes the demo's records: events of Qlik Cloud's scheduled tasks as their documentation shows them and as the
/// specification wants them, a tenth of them broken in known ways. The same sequence every time.
struct DemoEvents: Sendable {
    static let created = "com.qlik.scheduling.task.created"
    static let updated = "com.qlik.scheduling.task.updated"
    static let deleted = "com.qlik.scheduling.task.deleted"
    static let types = [created, updated, deleted]

    /// Records made so far.
    private(set) var count = 0
    private var random: DemoRandom
    private var tasks: [DemoTask] = []

    init(seed: UInt64 = 1) {
        random = DemoRandom(seed: seed)
        for number in 1...250 { tasks.append(DemoTask(number: number, random: &random)) }
    }

    /// The next record.
    mutating func next() -> DemoRecord {
        defer { count += 1 }
        let index = Int.random(in: 0..<tasks.count, using: &random)
        if count % 100 == 50 { return tombstone(of: tasks[index]) }
        if count % 10 == 7 {
            let faults = DemoFault.allCases
            let fault = faults[count / 10 % faults.count]
            let change = tasks[index].revise()
            return record(
                of: tasks[index], fault: fault, type: Self.updated, change: change,
                ending: .letter(reason: fault.reason))
        }
        let type = random.pick([Self.created, Self.updated, Self.updated, Self.updated, Self.deleted])
        var change: DemoTask.Change?
        if type == Self.updated { change = random.once(in: 4) ? tasks[index].toggle() : tasks[index].revise() }
        return record(of: tasks[index], fault: nil, type: type, change: change, ending: .processed(type: type))
    }

    private func tombstone(of task: DemoTask) -> DemoRecord {
        DemoRecord(
            record: RecordLine(key: Array(task.id.utf8), value: nil), ending: .skipped(reason: "tombstone"))
    }

    private mutating func record(
        of task: DemoTask, fault: DemoFault?, type: String, change: DemoTask.Change?, ending: DemoRecord.Ending
    ) -> DemoRecord {
        var event = DemoEvent(id: random.identifier(), type: type, seconds: count * 7, task: task)
        if fault == nil, count % 50 == 25 { event.name = DemoTask.flakyName }
        event.change = change
        let conforming = random.once(in: 2)
        let binary = conforming && random.once(in: 3)
        event.break(as: fault)
        if fault == .typeTwice || (binary && fault == nil) {
            return DemoRecord(record: event.binaryRecord(fault: fault), ending: ending)
        }
        // The hybrid repeats the type, so that it must not where the type alone is the fault, and must where it disagrees.
        let hybrid = fault == .typesDisagree || (!conforming && fault != .unknownType)
        let isRouted = fault?.isSeenByProcessor ?? true
        return DemoRecord(
            record: event.structuredRecord(hybrid: hybrid, fault: fault), ending: ending,
            tolerated: (hybrid && isRouted ? DemoEvent.hybridTolerances : []) + (fault?.tolerances ?? []))
    }
}
