import MillraceCRdkafka

extension KafkaAdmin {
    /// Sends a request and waits for its answer, which `read` looks at.
    func request<Answer>(
        _ operation: rd_kafka_admin_op_t, timeoutMilliseconds: Int32,
        send: (_ options: OpaquePointer, _ queue: OpaquePointer) -> Void,
        read: (_ event: OpaquePointer) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        guard let options = rd_kafka_AdminOptions_new(handle.pointer, operation),
            let queue = rd_kafka_queue_new(handle.pointer)
        else { throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG) }
        defer {
            rd_kafka_queue_destroy(queue)
            rd_kafka_AdminOptions_destroy(options)
        }
        _ = withReason { rd_kafka_AdminOptions_set_request_timeout(options, timeoutMilliseconds, $0, $1) }
        switch operation {
        case RD_KAFKA_ADMIN_OP_CREATETOPICS, RD_KAFKA_ADMIN_OP_DELETETOPICS, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS,
            RD_KAFKA_ADMIN_OP_DELETERECORDS:
            // The controller answers when it is done everywhere, not when it has begun.
            _ = withReason { rd_kafka_AdminOptions_set_operation_timeout(options, timeoutMilliseconds, $0, $1) }
        default: break
        }
        send(options, queue)
        // The request has a time limit of its own; this one only guards against an answer that never comes.
        guard let event = rd_kafka_queue_poll(queue, timeoutMilliseconds + 5000) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)
        }
        defer { rd_kafka_event_destroy(event) }
        let code = rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(code, message: rd_kafka_event_error_string(event).map { String(cString: $0) })
        }
        return try read(event)
    }

    /// Throws the first topic's error.
    func check(
        _ topics: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int
    ) throws(KafkaError) {
        for topic in UnsafeBufferPointer(start: topics, count: count) {
            let code = rd_kafka_topic_result_error(topic)
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let name = rd_kafka_topic_result_name(topic).map { String(cString: $0) } ?? ""
            let words =
                rd_kafka_topic_result_error_string(topic).map { String(cString: $0) }
                ?? String(cString: rd_kafka_err2str(code))
            throw KafkaError(code, message: "\(name): \(words)")
        }
    }
}
