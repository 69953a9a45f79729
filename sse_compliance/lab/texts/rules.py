"""Rule sets of the firewalls in front of lab devices, each as its vendor writes it."""

from __future__ import annotations

#: The device's address as these firewalls see it.
SOURCE = "192.0.2.10"

#: An ASA that allows every host of the US by name.
ASA_BY_NAME = """\
hostname edge
interface GigabitEthernet0/1
 nameif mgmt
object network api
 fqdn v4 api-sse.cisco.com
object network est
 fqdn v4 est.sco.cisco.com
object network dex
 fqdn v4 dex.sse.itd.cisco.com
object network ingest
 fqdn v4 eventing-ingest.sse.itd.cisco.com
object network mx01
 fqdn v4 mx01.sse.itd.cisco.com
object-group network cisco-cloud
 network-object object api
 network-object object est
 network-object object dex
 network-object object ingest
access-list MGMT_IN remark the cloud link of the Firepower devices
access-list MGMT_IN extended permit tcp 192.0.2.0 255.255.255.0 object-group cisco-cloud eq https
access-list MGMT_IN extended permit tcp 192.0.2.0 255.255.255.0 object mx01 eq https
access-list MGMT_IN extended deny ip any any log
access-group MGMT_IN in interface mgmt
"""

#: A firewall that has a rule of every kind; what it does not know stands in words.
NEUTRAL_MIXED = """\
schema: 1
name: data-centre edge
default: deny
rules:
  - name: quarantine
    action: deny
    destination: eventing-ingest.sse.itd.cisco.com
  - name: working hours
    action: allow
    destination: "mx*.sse.itd.cisco.com"
    service: tcp/443
    condition: schedule working-hours
  - name: cloud by address
    action: allow
    destination: [52.4.85.66, 52.4.85.67]
    service: tcp/443
  - name: cloud by name
    action: allow
    source: 192.0.2.0/24
    destination: [est.sco.cisco.com, dex.sse.itd.cisco.com]
    service: tcp/443
decryption:
  - name: mail
    action: decrypt
    destination: "mx*.sse.itd.cisco.com"
    condition: certificate category mail
  - name: bank
    action: leave
    destination: api-sse.cisco.com
  - name: everything else
    action: decrypt
    destination: est.sco.cisco.com
"""
