import MillraceCRdkafka
import Testing

@testable import MillraceKafka

/// Writes transactions, which the product itself only reads.
final class TransactionalProducer {
    private let client: OpaquePointer

    init(_ servers: String, id: String) throws {
        let configuration = ClientConfiguration()
        #expect(configuration.set("bootstrap.servers", servers) == nil)
        #expect(configuration.set("transactional.id", id) == nil)
        var mutable = configuration
        client = try mutable.makeClient(RD_KAFKA_PRODUCER)
        try KafkaError.check(rd_kafka_init_transactions(client, 20_000))
    }

    deinit { rd_kafka_destroy(client) }

    func begin() throws { try KafkaError.check(rd_kafka_begin_transaction(client)) }

    func commit() throws { try KafkaError.check(rd_kafka_commit_transaction(client, 20_000)) }

    func abort() throws { try KafkaError.check(rd_kafka_abort_transaction(client, 20_000)) }

    func send(_ text: String, to topic: String) throws {
        let code = millrace_produce(
            client, topic, 0, 1, nil, 0, text, text.utf8.count, 0, nil, nil, nil, 0)
        try KafkaError.check(code)
        #expect(rd_kafka_flush(client, 10_000) == RD_KAFKA_RESP_ERR_NO_ERROR)
    }
}
