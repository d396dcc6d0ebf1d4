import Testing

@testable import MillraceKafka

/// Properties pass through, and librdkafka says what is wrong with them.
@Suite struct KafkaPropertiesTests {
    private final class Nobody: RebalanceDelegate {
        func assigned(_ partitions: [TopicPartition], consumer: KafkaConsumer) {}
        func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: KafkaConsumer) {}
    }

    @Test(arguments: [
        ("bootstrap.servrs", "localhost", #"No such configuration property: "bootstrap.servrs""#),
        (
            "session.timeout.ms", "soon",
            #"Invalid value for configuration property "session.timeout.ms""#
        ),
        (
            "fetch.wait.max.ms", "-1",
            #"Configuration property "fetch.wait.max.ms" value -1 is outside allowed range 0..300000"#
        ),
        ("security.protocol", "magic", #"Invalid value "magic" for configuration property "security.protocol""#),
    ])
    func aBadPropertyFailsInTheLibrarysWords(name: String, value: String, words: String) throws {
        let properties: KafkaProperties = ["group.id": "g", "client.id": "test", name: value]
        let error = try #require(throws: KafkaError.self) { try KafkaConsumer(properties, delegate: Nobody()) }
        #expect(error.kind == .configuration)
        #expect(error.message == words)
        #expect(properties.faults(for: .consumer) == [PropertyFault(name: name, message: words)])
        #expect(throws: KafkaError.self) { try KafkaProducer(properties) }
    }

    @Test func allFaultsAreFoundAtOnce() {
        let properties: KafkaProperties = [
            "bootstrap.servrs": "x", "linger.ms": "soon", "enable.auto.commit": "true", "fetch.min.bytes": "1",
        ]
        #expect(
            properties.faults(for: .consumer).map(\.name) == ["bootstrap.servrs", "linger.ms", "enable.auto.commit"])
    }

    @Test func whatNothingLostStandsOnCannotBeChanged() throws {
        for (name, value) in [
            ("enable.auto.commit", "true"), ("enable.auto.offset.store", "true"),
            ("auto.offset.reset", "latest"), ("enable.partition.eof", "false"),
        ] {
            let error = try #require(throws: KafkaError.self) {
                try KafkaConsumer(["group.id": "g", name: value], delegate: Nobody())
            }
            #expect(error.kind == .configuration, "\(name)")
        }
        for (name, value) in [("acks", "1"), ("request.required.acks", "0"), ("delivery.timeout.ms", "1000")] {
            let error = try #require(throws: KafkaError.self) {
                try KafkaProducer([name: value], for: .letterProducer)
            }
            #expect(error.kind == .configuration, "\(name)")
            KafkaProperties([(name, value)]).faults(for: .letterProducer).forEach {
                #expect($0.message.contains("cannot be"))
            }
        }
        try KafkaProducer(["enable.idempotence": "false", "acks": "1"], for: .producer).destroy()
    }

    @Test func defaultsAreThoseOfThePurpose() {
        let consumer = KafkaProperties(["group.id": "g"].map { ($0.key, $0.value) }).effective(for: .consumer)
        #expect(consumer["auto.offset.reset"] == "error")
        #expect(consumer["isolation.level"] == "read_committed")
        #expect(
            consumer["partition.assignment.strategy"]
                == (KafkaLibrary.isCooperativeSafe ? "cooperative-sticky" : "range"))
        #expect(consumer["heartbeat.interval.ms"] == "500")
        let newer = KafkaProperties([("group.protocol", "consumer")]).effective(for: .consumer)
        #expect(newer["partition.assignment.strategy"] == nil)
        #expect(newer["heartbeat.interval.ms"] == nil)
        #expect((consumer["fetch.queue.backoff.ms"] == "10") == KafkaLibrary.hasFetchQueueBackoff)
        let overridden: KafkaProperties = ["isolation.level": "read_uncommitted"]
        #expect(overridden.effective(for: .consumer)["isolation.level"] == "read_uncommitted")
        let letters = KafkaProperties().effective(for: .letterProducer)
        #expect(letters["enable.idempotence"] == "true")
        #expect(letters["linger.ms"] == "5")
    }

    @Test func largeRecordsToBeSentDoNotRefuseAConsumer() throws {
        let properties = KafkaProperties.prefetch(budgetBytes: 64 << 20, partitions: 8)
            .overridden(by: ["group.id": "g", "message.max.bytes": "10000000"])
        #expect(properties.effective(for: .consumer)["fetch.max.bytes"] == "10000000")
        #expect(try KafkaConsumer(properties, delegate: Nobody()).destroy())
        try KafkaProducer(properties, for: .letterProducer).destroy()
    }

    @Test func orderIsKeptAndALaterValueWins() {
        var properties = KafkaProperties([("b", "1"), ("a", "2"), ("b", "3")])
        #expect(properties.pairs.map(\.name) == ["b", "a"])
        #expect(properties["b"] == "3")
        properties["b"] = nil
        #expect(properties.pairs.map(\.name) == ["a"])
        #expect(properties.overridden(by: ["a": "4", "c": "5"]).description == "a=4, c=5")
    }

    @Test func secretsAreNotShown() throws {
        let properties: KafkaProperties = ["sasl.password": "hunter2", "client.id": "me", "ssl.key.pem": "KEY"]
        #expect(properties.description == "sasl.password=***, client.id=me, ssl.key.pem=***")
        for name in ["sasl.password", "ssl.key.password", "sasl.oauthbearer.client.secret"] {
            #expect(KafkaProperties.isSecret(name))
        }
        #expect(!KafkaProperties.isSecret("sasl.username"))
        let bad: KafkaProperties = ["group.id": "g", "ssl.key.pem": "-----hunter2-----", "security.protocol": "ssl"]
        let error = try #require(throws: KafkaError.self) { try KafkaConsumer(bad, delegate: Nobody()) }
        #expect(!error.message.contains("hunter2"))
    }

    @Test(arguments: [1, 8, 16, 64, 512], [16, 64, 256, 1024])
    func prefetchStaysWithinItsBudget(partitions: Int, mebibytes: Int) throws {
        let properties = KafkaProperties.prefetch(budgetBytes: mebibytes << 20, partitions: partitions)
        let queue = try #require(properties["queued.max.messages.kbytes"].flatMap { Int($0) }) << 10
        let fetch = try #require(properties["max.partition.fetch.bytes"].flatMap { Int($0) })
        let used = Double(partitions * (queue + fetch)) * 1.3 + 8 * 1024 * 1024
        // Below 32 KiB a partition it cannot go.
        let least = Double(partitions * (32 << 10)) * 1.3 + 8 * 1024 * 1024
        #expect(used <= max(Double(mebibytes << 20), least))
        #expect(properties.faults(for: .consumer).isEmpty)
        let consumer = try KafkaConsumer(properties.overridden(by: ["group.id": "g"]), delegate: Nobody())
        #expect(consumer.destroy())
    }
}
