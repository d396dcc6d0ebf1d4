/// Which of librdkafka's properties are shown nowhere.
package enum KafkaSecrets {
    /// Those that hold a password, a key or a token, and those that may hold one inside.
    package static func isSecret(_ property: String) -> Bool {
        let name = property.lowercased()
        return ["password", "secret", "token", "key.pem", "jaas", "oauthbearer.config"].contains { name.contains($0) }
    }
}
