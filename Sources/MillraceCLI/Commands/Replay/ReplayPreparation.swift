import Millrace
import MillraceEngine
import MillraceKafka

/// Finds a replay, or resolves its range once and makes it. Everything that is to be said of the range is said here.
struct ReplayPreparation {
    /// What is to be done.
    struct Prepared {
        /// The parts, by topic and number.
        var parts: [ReplayStatus.Part]
        /// It was begun before.
        var isResumed: Bool
    }

    private let invocation: Invocation
    private let setup: ReplaySetup
    private let job: ReplayJob
    private let report: ReplayReport
    private let timeout: Int32

    init(_ invocation: Invocation, setup: ReplaySetup, job: ReplayJob, report: ReplayReport) {
        self.invocation = invocation
        self.setup = setup
        self.job = job
        self.report = report
        timeout = Int32(clamping: setup.configuration.connectTimeout.components.seconds * 1_000)
    }

    /// What is to be done; nil: nothing, and why was said.
    func prepare() throws(CommandError) -> Prepared? {
        do {
            let admin = try KafkaAdmin(setup.configuration.adminProperties)
            defer { admin.destroy() }
            let store = ReplayStore(admin, timeoutMilliseconds: timeout)
            let all = try partitions(admin)
            if invocation[ReplayFlags.name] != nil, let found = try store.find(job, among: all) {
                return try resumed(found)
            }
            return try resolved(store, admin, wanted(all))
        } catch let error as CommandError {
            throw error
        } catch let error as KafkaError {
            throw CommandError(error, "the replay of '\(setup.request.topic)' cannot be looked up")
        } catch {
            throw CommandError(.internal, "\(error)")
        }
    }

    /// Makes the job where it is new. What the group says afterwards counts: another process may have been faster.
    func made(_ prepared: Prepared) throws(CommandError) -> Prepared {
        if prepared.isResumed { return prepared }
        let found: ReplayStatus?
        do {
            let admin = try KafkaAdmin(setup.configuration.adminProperties)
            defer { admin.destroy() }
            found = try ReplayStore(admin, timeoutMilliseconds: timeout).create(job, prepared.parts.marks)
        } catch {
            throw CommandError(error, "the group '\(job.group)' cannot be made")
        }
        guard let found, found.request == setup.request.text else {
            throw .usage("another replay of the name '\(job.name)' has just begun; say another --name")
        }
        report.note("its group is \(job.group)")
        return Prepared(parts: found.parts, isResumed: false)
    }

    private func partitions(_ admin: KafkaAdmin) throws -> [TopicPartition] {
        let topic = setup.request.topic
        guard let found = try admin.readyTopic(topic, timeoutMilliseconds: timeout) else {
            throw CommandError(.unavailable, "the topic '\(topic)' does not exist")
        }
        return found.leaders.indices.map { TopicPartition(topic: topic, partition: Int32($0)) }
    }

    private func wanted(_ all: [TopicPartition]) throws(CommandError) -> [TopicPartition] {
        guard let numbers = setup.request.partitions else { return all }
        if let number = numbers.first(where: { Int($0) >= all.count }) {
            throw .usage("'\(setup.request.topic)' has no partition \(number): it has 0 to \(all.count - 1)")
        }
        return all.filter { numbers.contains($0.partition) }
    }

    private func resumed(_ found: ReplayStatus) throws(CommandError) -> Prepared? {
        if let name = found.foreign.first {
            throw CommandError(
                .badData,
                "the group '\(job.group)' has an offset of \(name.topic)[\(name.partition)] without a replay's range "
                    + "beside it", hint: "Another program changed it. Start the replay again under another --name.")
        }
        let topics = Set(found.parts.map(\.name.topic))
        guard topics == [setup.request.topic] else {
            throw .usage(
                "the replay '\(job.name)' is of the topic \(topics.sorted().joined(separator: ", ")); say that --topic, "
                    + "or another --name")
        }
        guard found.request == setup.request.text else {
            throw .usage(
                "the replay '\(job.name)' was begun as \(found.request), and this is \(setup.request.text); "
                    + "say the same again, or another --name")
        }
        let numbers = found.parts.map(\.name.partition)
        if let asked = setup.request.partitions, Set(asked) != Set(numbers) {
            throw .usage(
                "the replay '\(job.name)' was begun with the partitions \(numbers.map(String.init).joined(separator: ","))"
            )
        }
        let progress = found.progress
        if progress.isComplete {
            report.note("complete already: nothing to do; another --name replays again")
            return nil
        }
        report.note(
            "goes on at \(Int(progress.settled).grouped) of \(Int(progress.total).grouped) offsets; its range was "
                + "fixed when it began")
        return Prepared(parts: found.parts, isResumed: true)
    }

    private func resolved(
        _ store: ReplayStore, _ admin: KafkaAdmin, _ partitions: [TopicPartition]
    ) throws -> Prepared? {
        guard let from = invocation[ReplayFlags.from] else {
            throw CommandError.usage(
                invocation[ReplayFlags.name].map { "there is no replay '\($0)' to go on with: begin it with --from" }
                    ?? "flag '--from BOUND' is missing: \(ReplayFlags.from.entry.summary)")
        }
        let to = invocation[ReplayFlags.to]
        try checkTimes(from, to, admin)
        let resolved = try store.resolve(from: from, to: to, in: partitions)
        say(resolved)
        let total = resolved.reduce(0) { $0 + $1.range.count }
        if total == 0 {
            if resolved.contains(where: { $0.range.isGone }) {
                throw CommandError(
                    .badData,
                    "nothing to replay: the log no longer has any of \(ReplayBoundText.write(from)) to "
                        + ReplayBoundText.write(to))
            }
            report.note("nothing to do: the range is empty")
            return nil
        }
        let request = setup.request.text
        let parts = resolved.map { name, range in
            let mark = ReplayMark(start: range.start, end: range.end, request: request)
            return ReplayStatus.Part(name: name, mark: mark, committed: range.start)
        }
        return Prepared(parts: parts, isResumed: false)
    }

    private func checkTimes(_ from: ReplayBound, _ to: ReplayBound, _ admin: KafkaAdmin) throws {
        guard from.milliseconds != nil || to.milliseconds != nil else { return }
        guard try admin.hasController(timeoutMilliseconds: timeout) else {
            throw CommandError(
                .unavailable, "this broker looks nothing up by time",
                hint: "The embedded one cannot. Say offset:N or earliest, and offset:N or now.")
        }
        let now = WallClock.milliseconds()
        if let time = from.milliseconds {
            report.note("--from is \(ReplayBoundText.write(from))" + (time > now ? ", in the future" : ""))
        }
        if let time = to.milliseconds {
            let meaning = time > now ? ", in the future: it ends where the log ends now" : ""
            report.note("--to is \(ReplayBoundText.write(to))\(meaning)")
        }
    }

    /// Says each remark once, with the partitions that it holds for; of many different ones the first.
    private func say(_ resolved: [(name: PartitionName, range: ReplayRange)]) {
        var places: [(text: String, partitions: [Int32])] = []
        for (name, range) in resolved {
            for text in range.remarks.map(\.text) {
                if let index = places.firstIndex(where: { $0.text == text }) {
                    places[index].partitions.append(name.partition)
                } else {
                    places.append((text, [name.partition]))
                }
            }
        }
        for place in places.prefix(12) {
            report.note("\(setup.request.topic)[\(LogNarrator.ranges(place.partitions))]: \(place.text)")
        }
        if places.count > 12 { report.note("and \(places.count - 12) more such remarks") }
    }
}

extension ReplayRange.Remark {
    /// A clause for people.
    fileprivate var text: String {
        switch self {
        case .gone(let offsets):
            "offsets \(offsets.lowerBound) to \(offsets.upperBound - 1) are no longer in the log"
        case .mayBeGone(let offset):
            "the log begins at offset \(offset); what was before it is gone, if it was asked for"
        case .notYet(let offsets):
            "offsets \(offsets.lowerBound) to \(offsets.upperBound - 1) do not exist yet"
        case .startsBehindLast: "no record is as late as the start: nothing to do"
        case .reversed: "the start lies behind the end: nothing to do"
        }
    }
}

extension Configuration {
    /// How an admin client reaches the brokers.
    var adminProperties: KafkaProperties {
        KafkaProperties(kafka).withoutGroup
    }
}
