import Millrace
import MillraceAdmin
import MillraceEngine
import Synchronization
import Testing

@Suite struct AdminServerTests {
    private let health = HealthObserver(stuckAfter: .seconds(60), now: { 1_000_000_000_000 })
    private let metrics = MetricsObserver(now: { 1_000_000_000_000 })
    private let loopback = AdminAddress(host: "127.0.0.1", port: 0)

    @Test func aFreePortIsPickedAndSaid() throws {
        let lines = Mutex<[LogEntry]>([])
        let log = Log(sink: { entry in lines.withLock { $0.append(entry) } })
        let server = try AdminServer(loopback, health: health, metrics: metrics, log: log)
        defer { server.stop() }
        #expect(server.address.host == "127.0.0.1")
        #expect(server.address.port > 0)
        #expect(lines.withLock { $0 }.map(\.message) == ["admin server listens"])
        #expect(lines.withLock { $0 }.first?.metadata == [.address: "127.0.0.1:\(server.address.port)"])
        #expect(try HTTPClient.get(server.address, "/livez").status == 200)
    }

    @Test func aWildcardAddressIsWarnedOf() throws {
        let lines = Mutex<[LogEntry]>([])
        let log = Log(sink: { entry in lines.withLock { $0.append(entry) } })
        let server = try AdminServer(
            AdminAddress(host: "0.0.0.0", port: 0), health: health, metrics: metrics, log: log)
        server.stop()
        #expect(lines.withLock { $0 }.map(\.level) == [.info, .notice])
    }

    @Test func aNameIsLookedUp() throws {
        let server = try AdminServer(AdminAddress("localhost:0"), health: health, metrics: metrics)
        defer { server.stop() }
        #expect(["::1", "127.0.0.1"].contains(server.address.host))
        #expect(try HTTPClient.get(server.address, "/livez").body == "live\n")
    }

    @Test(.enabled(if: HTTPClient.hasIPv6, "this machine has no IPv6 loopback address"))
    func ipv6IsListenedOn() throws {
        let server = try AdminServer(AdminAddress("[::1]:0"), health: health, metrics: metrics)
        defer { server.stop() }
        #expect("\(server.address)".hasPrefix("[::1]:"))
        #expect(try HTTPClient.get(server.address, "/livez").body == "live\n")
    }

    @Test func anAddressInUseIsSaid() throws {
        let server = try AdminServer(loopback, health: health, metrics: metrics)
        defer { server.stop() }
        let error = #expect(throws: AdminError.self) {
            try AdminServer(server.address, health: health, metrics: metrics)
        }
        let text = try #require(error).description
        #expect(
            text == "admin address 127.0.0.1:\(server.address.port) cannot be listened on: Address already in use; "
                + "name another port, or port 0 for a free one")
    }

    @Test func anAddressOfAnotherMachineIsSaid() {
        let error = #expect(throws: AdminError.self) {
            try AdminServer(AdminAddress(host: "192.0.2.1", port: 0), health: health, metrics: metrics)
        }
        #expect(error?.description.contains("Cannot assign requested address") == true)
    }

    @Test func aStoppedServerFreesItsAddress() throws {
        let first = try AdminServer(loopback, health: health, metrics: metrics)
        #expect(try HTTPClient.get(first.address, "/").status == 200)
        first.stop()
        first.stop()
        #expect(throws: HTTPClient.Fault.self) { try HTTPClient(first.address) }
        let second = try AdminServer(first.address, health: health, metrics: metrics)
        defer { second.stop() }
        #expect(try HTTPClient.get(second.address, "/").status == 200)
    }

    @Test func healthIsSaidInTextAndJSON() throws {
        let server = try AdminServer(loopback, health: health, metrics: metrics)
        defer { server.stop() }
        var answer = try HTTPClient.get(server.address, "/readyz")
        #expect(answer.status == 503)
        #expect(answer.body == "not ready\nnotJoined: has not joined its group yet for 0.0 s\n")
        #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
        #expect(answer.headers["cache-control"] == "no-store")
        health.observe(.phase(.running))
        health.observe(.assigned([]))
        answer = try HTTPClient.get(server.address, "/readyz?verbose=1")
        #expect(answer.status == 200)
        #expect(answer.body == "ready\n")
        let record = RecordName(topic: "t", partition: 3, offset: 77)
        health.observe(.stuck(processor: "p", record, nanoseconds: 200_500_000_000))
        health.observe(.lettersHeld(PartitionName(topic: "t", partition: 1), cause: "NOT \"ENOUGH\"\nREPLICAS"))
        answer = try HTTPClient.get(server.address, "/livez", headers: "Accept: text/html, application/json;q=0.9\r\n")
        #expect(answer.status == 503)
        #expect(answer.headers["content-type"] == "application/json")
        #expect(
            answer.body
                == #"{"live":false,"problems":[{"code":"handlerStuck","cause":"handler has not returned","#
                + #""seconds":200.5,"processor":"p","topic":"t","partition":3,"offset":77}]}"# + "\n")
        answer = try HTTPClient.get(server.address, "/readyz")
        #expect(answer.body.split(separator: "\n").count == 3)
        #expect(answer.body.contains(#"deadLettersRefused: NOT "ENOUGH"\nREPLICAS topic=t partition=1 for 0.0 s"#))
        health.observe(.unstuck(processor: "p", record))
        answer = try HTTPClient.get(server.address, "/livez", headers: "Accept: APPLICATION/JSON\r\n")
        #expect(answer.body == #"{"live":true,"problems":[]}"# + "\n")
    }

    @Test func metricsAndPartitionsAreServed() throws {
        let server = try AdminServer(loopback, health: health, metrics: metrics)
        defer { server.stop() }
        metrics.observe(
            .assigned([PartitionStart(name: PartitionName(topic: "orders", partition: 11), offset: 5, epoch: 1)]))
        var counts = PartitionCounts()
        counts.received = 7
        counts.succeeded = 4
        counts.inFlight = 3
        metrics.observe(
            .partition(
                PartitionReport(
                    name: PartitionName(topic: "orders", partition: 11), epoch: 1, counts: counts, watermark: 9,
                    oldestUnsettledSince: 998_500_000_000, held: .memory)))
        var answer = try HTTPClient.get(server.address, "/metrics")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.body.contains("\nmillrace_records_received_total{topic=\"orders\",partition=\"11\"} 7\n"))
        #expect(
            answer.body.contains("\nmillrace_oldest_unsettled_age_seconds{topic=\"orders\",partition=\"11\"} 1.5\n"))
        answer = try HTTPClient.get(server.address, "/partitions")
        let lines = answer.body.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            lines == [
                "TOPIC PARTITION RECEIVED SUCCEEDED DEAD-LETTERED SKIPPED RELEASED IN-FLIGHT WATERMARK COMMITTED LAG "
                    + "OLDEST STATE",
                "orders 11 7 4 0 0 0 3 9 - - 1.5 s held: memory",
            ])
        answer = try HTTPClient.get(server.address, "/partitions", headers: "Accept: application/json\r\n")
        #expect(
            answer.body
                == #"{"partitions":[{"topic":"orders","partition":11,"assigned":true,"received":7,"succeeded":4,"#
                + #""deadLettered":0,"skipped":0,"released":0,"inFlight":3,"alreadyDone":0,"watermark":9,"#
                + #""oldestUnsettledSeconds":1.5,"held":"memory"}]}"# + "\n")
    }

    @Test func whatThereIsNotIsRefused() throws {
        let server = try AdminServer(loopback, health: health, metrics: metrics)
        defer { server.stop() }
        #expect(try HTTPClient.get(server.address, "/").body.contains("/metrics"))
        for path in ["/nothing", "/livez/", "/livezz", "/../etc/passwd", "//", "/%00", "/livez%00", "/live%7A"] {
            #expect(try HTTPClient.get(server.address, path).status == 404, "\(path)")
        }
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "BREW"] {
            let answer = try HTTPClient.get(
                server.address, "/livez", method: method, headers: "Content-Length: 0\r\n")
            #expect(answer.status == 405, "\(method)")
            #expect(answer.headers["allow"] == "GET, HEAD")
            #expect(try HTTPClient.get(server.address, "/nothing", method: method).status == 404)
        }
    }

    @Test func aBodyIsNotWaitedFor() throws {
        let server = try AdminServer(loopback, health: health, metrics: metrics)
        defer { server.stop() }
        let answer = try HTTPClient.get(
            server.address, "/livez", method: "POST", headers: "Content-Length: 1000000000000\r\n")
        #expect(answer.status == 405)
    }

    @Test func headHasTheHeadersOfGetAndNoBody() throws {
        let server = try AdminServer(loopback, health: health, metrics: metrics)
        defer { server.stop() }
        let client = try HTTPClient(server.address)
        try client.send("HEAD /readyz HTTP/1.1\r\nHost: a\r\n\r\nGET /readyz HTTP/1.1\r\nHost: a\r\n\r\n")
        let head = try client.response(hasBody: false)
        let get = try client.response()
        #expect(head.status == 503)
        #expect(get.status == 503)
        #expect(head.headers["content-length"] == "\(get.body.utf8.count)")
        #expect(head.headers["content-type"] == get.headers["content-type"])
    }

    @Test func aConnectionServesManyRequests() throws {
        let server = try AdminServer(loopback, health: health, metrics: metrics)
        defer { server.stop() }
        let client = try HTTPClient(server.address)
        for _ in 0..<100 {
            try client.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.response().body == "live\n")
        }
    }

    @Test func hostileRequestsEndTheirOwnConnectionOnly() throws {
        let server = try AdminServer(loopback, health: health, metrics: metrics)
        defer { server.stop() }
        // The library makes nothing of this one and lets it time out.
        let silent = try HTTPClient(server.address)
        try silent.send("\u{0}\u{1}\u{2}\r\n\r\n")
        let requests = [
            "GET\r\n\r\n", "GET /livez HTTP/9.9\r\nHost: a\r\n\r\n",
            "GET /" + String(repeating: "a", count: 60_000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /livez HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 10_000) + "\r\n",
            "GET /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n",
        ]
        for request in requests {
            let client = try HTTPClient(server.address)
            // The server may hang up before everything is sent.
            try? client.send(request)
            client.finish()
            if let answer = try? client.response() { #expect(answer.status >= 400, "\(request.prefix(30))") }
        }
        #expect(try HTTPClient.get(server.address, "/livez").status == 200)
    }

    @Test func connectionsAreBounded() throws {
        let server = try AdminServer(loopback, health: health, metrics: metrics)
        defer { server.stop() }
        var held = try (0..<64).map { _ in try HTTPClient(server.address) }
        for client in held {
            try client.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.response().status == 200)
        }
        let next = try HTTPClient(server.address)
        try next.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        try held[0].send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try held[0].response().status == 200)
        // One thread serves all: had it taken the next one, it would have answered that first.
        #expect(!next.hasInput)
        held.removeLast()
        #expect(try next.response().status == 200)
    }

    @Test(
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080), ("[::1]:0", "::1", 0), ("localhost:65535", "localhost", 65_535),
        ] as [(String, String, UInt16)])
    func addressesAreRead(text: String, host: String, port: UInt16) throws {
        let address = try AdminAddress(text)
        #expect(address == AdminAddress(host: host, port: port))
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", ":", "8080", ":8080", "a:", "a:65536", "a:-1", "a:+1", "a:8 0", "::1:8080", "[::1]", "[::1:8080", "[]:1",
        "[a]:1:2", "a/b:1", "a b:1", "a:८", "[127.0.0.1]:80",
    ])
    func badAddressesAreRefused(text: String) {
        #expect(throws: AdminError.badAddress(text)) { try AdminAddress(text) }
    }
}
