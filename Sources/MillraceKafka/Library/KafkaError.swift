import MillraceCRdkafka

/// An error of librdkafka or of a broker, as a value.
package struct KafkaError: Error, Sendable, Hashable {
    /// What kind of cause it has, which decides what the application does about it.
    package enum Kind: Sendable, Hashable {
        /// The credentials are wrong, or the broker does not take their mechanism.
        case authentication
        /// The credentials are right and may not do this.
        case authorization
        /// A broker's certificate is by nobody who is trusted here, is out of date, or is for another name.
        case certificate
        /// A property is misspelt, has a bad value, or does not go with another.
        case configuration
        /// A broker, a leader or a coordinator is away; it may come back.
        case unavailable
        /// Anything else.
        case other
    }

    /// The number of the error: below zero librdkafka's own, above zero the Kafka protocol's.
    package let code: Int32
    /// The name of the error as librdkafka spells it, for example `_TIMED_OUT`.
    package let name: String
    /// The cause in words.
    package let message: String
    /// What kind of cause it has.
    package let kind: Kind
    /// Whether the same call may succeed later.
    package let isRetriable: Bool
    /// Whether the client is unusable from now on and has to be made again.
    package let isFatal: Bool

    /// An error by its code; without words of its own it takes those of librdkafka.
    package init(
        code: Int32, message: String? = nil, kind: Kind? = nil, isRetriable: Bool? = nil, isFatal: Bool? = nil
    ) {
        let raw = rd_kafka_resp_err_t(rawValue: code)
        self.code = code
        name = String(cString: rd_kafka_err2name(raw))
        if let message, !message.isEmpty {
            self.message = message
        } else {
            self.message = String(cString: rd_kafka_err2str(raw))
        }
        let kind = kind ?? (Self.isInterrupted(raw, self.message) ? .unavailable : Self.kind(of: raw, self.message))
        self.kind = kind
        self.isRetriable = isRetriable ?? (kind == .unavailable)
        self.isFatal = isFatal ?? (raw == RD_KAFKA_RESP_ERR__FATAL)
    }

    /// What the client told apart from this error: a look-up only sees that its time ran out, and that the credentials or
    /// the broker's certificate were refused comes as an event. This error where there is nothing of that kind.
    package func explained(by told: [KafkaError]) -> KafkaError {
        told.first { [.authentication, .authorization, .certificate].contains($0.kind) } ?? self
    }

    /// Whether it says what happened to one connection.
    package var isOfConnection: Bool { kind == .unavailable && name != "_ALL_BROKERS_DOWN" }

    /// What to do where `kind` is `certificate`: the client does not say which of them it is.
    package static let certificateAdvice =
        "ssl.ca.location names the authority that signed the broker's certificate, and bootstrap.servers the broker as its "
        + "certificate does"

    /// A fault of the configuration, in librdkafka's own words.
    package static func configuration(_ message: String) -> KafkaError {
        KafkaError(code: RD_KAFKA_RESP_ERR__INVALID_ARG.rawValue, message: message, kind: .configuration)
    }
}

extension KafkaError: CustomStringConvertible {
    /// The words, then the name.
    package var description: String { "\(message) (\(name))" }
}

extension KafkaError {
    init(_ raw: rd_kafka_resp_err_t, message: String? = nil) {
        self.init(code: raw.rawValue, message: message)
    }

    /// Throws when the answer of a call is an error.
    static func check(_ raw: rd_kafka_resp_err_t, _ subject: @autoclosure () -> String? = nil) throws(KafkaError) {
        guard raw != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        let words = String(cString: rd_kafka_err2str(raw))
        throw KafkaError(raw, message: subject().map { "\($0): \(words)" })
    }

    /// Throws when a call answered an error object, and destroys the object.
    static func check(_ object: OpaquePointer?) throws(KafkaError) {
        guard let object else { return }
        defer { rd_kafka_error_destroy(object) }
        throw KafkaError(
            code: rd_kafka_error_code(object).rawValue, message: String(cString: rd_kafka_error_string(object)),
            isRetriable: rd_kafka_error_is_retriable(object) != 0, isFatal: rd_kafka_error_is_fatal(object) != 0)
    }

    /// Whether a connection broke off while the client authenticated. librdkafka has the same code for it as for credentials
    /// that a broker refused; only the cause in its words, one of its own (`Local:`), tells them apart.
    private static func isInterrupted(_ raw: rd_kafka_resp_err_t, _ message: String) -> Bool {
        raw == RD_KAFKA_RESP_ERR__AUTHENTICATION && message.contains(" failed: Local: ")
    }

    static func kind(of raw: rd_kafka_resp_err_t, _ message: String) -> Kind {
        switch raw {
        // OpenSSL's words: librdkafka has one code for all that can go wrong with TLS.
        case RD_KAFKA_RESP_ERR__SSL where message.firstRange(of: "certificate verify failed") != nil: .certificate
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE:
            .authentication
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_DELEGATION_TOKEN_AUTHORIZATION_FAILED:
            .authorization
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE,
            RD_KAFKA_RESP_ERR__SSL, RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
            RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
            RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__WAIT_CACHE, RD_KAFKA_RESP_ERR__NODE_UPDATE,
            RD_KAFKA_RESP_ERR__NOENT, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
            RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
            RD_KAFKA_RESP_ERR_NOT_CONTROLLER, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
            RD_KAFKA_RESP_ERR_LISTENER_NOT_FOUND, RD_KAFKA_RESP_ERR_PREFERRED_LEADER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED, RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT:
            .unavailable
        case RD_KAFKA_RESP_ERR__UNKNOWN_PROTOCOL, RD_KAFKA_RESP_ERR__NOT_CONFIGURED:
            .configuration
        default: .other
        }
    }
}
