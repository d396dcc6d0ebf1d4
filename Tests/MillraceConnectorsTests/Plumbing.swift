import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import Synchronization

/// An embedded broker with topics, records in them, and workers over them.
final class Plumbing {
    struct Record {
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [(String, [UInt8]?)] = []
        var timestamp: Int64 = 1_770_000_000_000

        /// A binary event.
        static func event(_ id: String, key: String? = nil, value: String? = nil) -> Record {
            let attributes = [("specversion", "1.0"), ("id", id), ("source", "/s"), ("type", "com.example.a")]
            return Record(
                key: key.map { Array($0.utf8) }, value: value.map { Array($0.utf8) },
                headers: attributes.map { ("ce_\($0)", Array($1.utf8)) })
        }
    }

    let broker: EmbeddedBroker

    init(topics: [String]) throws {
        broker = try EmbeddedBroker()
        for topic in topics {
            try broker.createTopic(topic, partitions: 1)
            try broker.createTopic("\(topic).dead-letter", partitions: 1)
        }
    }

    deinit { broker.stop() }

    struct NotProduced: Error {}

    func produce(_ records: [Record], to topic: String) throws {
        let producer = try KafkaProducer(broker.properties)
        defer { producer.destroy() }
        func withBytes(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws -> Void) rethrows {
            if let bytes { try bytes.withUnsafeBytes { try body($0) } } else { try body(nil) }
        }
        for record in records {
            let headers = HeaderList()
            for (name, value) in record.headers { headers.append(name, value) }
            try withBytes(record.key) { key in
                try withBytes(record.value) { value in
                    try producer.send(
                        topic: topic, partition: 0, key: key, value: value, headers: headers,
                        timestamp: record.timestamp)
                }
            }
        }
        guard producer.flush(milliseconds: 10_000) else { throw NotProduced() }
    }

    /// Runs a worker over one topic until its end.
    @discardableResult
    func run(
        _ processor: String, options: OptionValues = OptionValues(), over topic: String, group: String = "g",
        registry: ProcessorRegistry, observers: [any EngineObserver] = [], log: Log = Log()
    ) async throws -> PartitionCounts {
        var configuration = Configuration()
        for (name, value) in broker.properties.pairs { configuration.kafka[name] = value }
        configuration.group = group
        configuration.sources = [SourceConfiguration(topic: topic)]
        var route = RouteConfiguration(processor: processor)
        route.options = options
        configuration.routes = [route]
        let worker = try Worker(configuration, processors: registry, observers: observers, log: log)
        return try await worker.run(until: .end).total
    }

    /// All records of a topic, read by a worker with a processor that keeps them.
    func records(of topic: String) async throws -> [Delivery] {
        let id = Keeper.next()
        defer { Keeper.kept.withLock { $0[id] = nil } }
        let options = OptionValues(["id": id])
        try await run(
            "keeper", options: options, over: topic, group: "keeper-\(id)",
            registry: ProcessorRegistry().adding(Keeper.self))
        return Keeper.kept.withLock { $0[id] ?? [] }
    }
}

/// Keeps what it gets.
struct Keeper: Processor {
    struct Options: ProcessorOptions {
        var id = ""
        static let keys: [OptionKey<Self>] = [.string("id", \.id, "Whose records are kept.")]
    }

    static let name = "keeper"
    static let types: [TypePattern] = ["*"]
    static let kept = Mutex<[String: [Delivery]]>([:])
    private static let last = Mutex(0)

    private let id: String

    init(_ options: Options, _ context: ProcessorContext) async throws { id = options.id }

    func process(_ delivery: Delivery) async throws {
        Self.kept.withLock { $0[id, default: []].append(delivery) }
    }

    static func next() -> String {
        last.withLock { last in
            last += 1
            return "\(last)"
        }
    }
}

/// Keeps facts, and does something at some.
final class FactList: EngineObserver {
    private let facts = Mutex<[EngineFact]>([])
    private let react: @Sendable (EngineFact) -> Void

    init(_ react: @escaping @Sendable (EngineFact) -> Void = { _ in }) { self.react = react }

    func observe(_ fact: EngineFact) {
        facts.withLock { $0.append(fact) }
        react(fact)
    }

    func count(where isCounted: (EngineFact) -> Bool) -> Int { facts.withLock { $0.filter(isCounted).count } }
}
