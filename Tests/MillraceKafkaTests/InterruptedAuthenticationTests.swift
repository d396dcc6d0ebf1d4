import Foundation
import Testing

@testable import MillraceKafka

/// A connection that breaks off while the client authenticates says nothing about its credentials.
@Suite(.ownThread) struct InterruptedAuthenticationTests {
    /// It breaks off at the question for versions, at the handshake, at the credentials.
    @Test(arguments: [0, 1, 2])
    func aBrokenConnectionIsNoRefusal(answers: Int) throws {
        let port = try ClosingPort(answers: answers)
        defer { port.close() }
        let admin = try KafkaAdmin([
            "bootstrap.servers": "127.0.0.1:\(port.number)", "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "PLAIN", "sasl.username": "millrace", "sasl.password": "right",
        ])
        defer { admin.destroy() }
        #expect(throws: KafkaError.self) { try admin.topic("work", timeoutMilliseconds: 1000) }
        let errors = admin.takeErrors()
        // What librdkafka calls it at the handshake.
        #expect(errors.contains { $0.name == "_AUTHENTICATION" } == (answers == 1), "\(errors)")
        #expect(errors.contains { $0.kind == .unavailable })
        #expect(!errors.contains { $0.kind == .authentication }, "\(errors)")
    }

    @Test(arguments: [
        "GroupCoordinator: SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported "
            + "mechanisms: SCRAM-SHA-256",
        "SASL authentication error: Authentication failed: Invalid username or password (after 309ms in state AUTH_REQ)",
    ])
    func whatABrokerSaysIsARefusal(words: String) {
        #expect(KafkaError(code: -169, message: words).kind == .authentication)
    }
}

/// A port of the loopback interface that answers the first requests of a connection and closes it at the next one.
private struct ClosingPort {
    let number: UInt16
    private let descriptor: Int32

    init(answers: Int) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        try #require(isListening)
        self.descriptor = descriptor
        number = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread {
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                Self.serve(connection, Self.bodies.prefix(answers))
                Glibc.close(connection)
            }
        }
    }

    func close() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        Glibc.close(descriptor)
    }

    /// ApiVersions 3: no error; the versions of Metadata, SaslHandshake, ApiVersions and SaslAuthenticate. SaslHandshake 1:
    /// no error; PLAIN.
    private static let bodies: [[UInt8]] = [
        [0, 0, 5] + versions(of: 3, to: 4) + versions(of: 17, to: 1) + versions(of: 18, to: 3) + versions(of: 36, to: 0)
            + [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 1, 0, 5] + Array("PLAIN".utf8),
    ]

    private static func versions(of key: UInt8, to latest: UInt8) -> [UInt8] { [0, key, 0, 0, 0, latest, 0] }

    private static func serve(_ connection: Int32, _ bodies: ArraySlice<[UInt8]>) {
        var request = [UInt8](repeating: 0, count: 1024)
        for body in bodies {
            // The size, the request's key and version, then the correlation that the answer repeats.
            guard read(connection, &request, request.count) >= 12 else { return }
            let answer = [0, 0, 0, UInt8(body.count + 4)] + request[8..<12] + body
            _ = answer.withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
        }
        _ = read(connection, &request, request.count)
    }
}
