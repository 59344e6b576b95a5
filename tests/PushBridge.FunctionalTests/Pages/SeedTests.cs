using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Pages;

/// <summary>The sample that this server replaces, unchanged but for the ports: its page in Chromium, its sender under PHP.</summary>
public sealed class SeedTests(Chromium chromium)
{
    [Theory]
    [InlineData(",  STREAM_CLIENT_CONNECT|STREAM_CLIENT_PERSISTENT")]
    [InlineData("")]
    public async Task The_seeds_page_alerts_what_the_seeds_sender_pushes(string flags)
    {
        await using var page = await ScriptPage.StartAsync();
        await using var server = await PushBridgeServer.StartAsync(page.AllowedOrigin);
        await page.OpenAsync(
            chromium,
            $$"""
            <script>
            var ws = new WebSocket('ws://{{server.Clients}}');
            ws.onopen = function(){
                var uid = 'uid1';
                ws.send(uid);
            };
            ws.onmessage = function(e){
                alert(e.data);
            };
            </script>
            """
        );
        await server.WaitForUidAsync("uid1");

        var sender = await PhpCli.RunAsync(
            $$"""
            <?php
            $client = stream_socket_client('tcp://{{server.Text}}', $errno, $errmsg, 1{{flags}});
            $data = array('uid'=>'uid1', 'percent'=>'88%');
            fwrite($client, json_encode($data)."\n");
            echo fread($client, 8192);
            """
        );

        sender.Should().Be(new ProgramResult(0, "ok\n", ""));
        (await page.NextAlertAsync()).Should().Be("""{"uid":"uid1","percent":"88%"}""");
    }
}
