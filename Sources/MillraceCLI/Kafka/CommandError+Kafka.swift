import MillraceKafka

extension CommandError {
    /// Ends the command with the exit code of the error's kind.
    ///
    /// - Parameter what: what could not be done, as the beginning of a sentence.
    init(_ error: KafkaError, _ what: String) {
        switch error.kind {
        case .authentication:
            self.init(
                .notPermitted, "\(what): \(error)",
                hint: "The broker refuses the credentials: see sasl.* and ssl.* in the kafka section.")
        case .authorization:
            self.init(
                .notPermitted, "\(what): \(error)", hint: "The credentials are right and may not do this: see the ACLs."
            )
        case .certificate:
            self.init(.configuration, "\(what): \(error)", hint: "\(KafkaError.certificateAdvice).")
        case .configuration:
            self.init(.configuration, "\(what): \(error)")
        case .unavailable:
            self.init(.unavailable, "\(what): \(error)")
        case .other:
            self.init(error.isRetriable ? .unavailable : .internal, "\(what): \(error)")
        }
    }
}
