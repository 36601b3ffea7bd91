"""The site map of circles: one line a page, in lists under their prefix."""

from django.urls import include, path

from .views import (
    actions,
    agendas,
    calendars,
    circles,
    invitations,
    live,
    mails,
    margins,
    meetings,
    members,
    minutes,
    notes,
    plan,
    polls,
    readings,
    roles,
    rsvps,
    series,
)

app_name = "circles"

# /circles/<circle_slug>/meetings/<meeting_number>/
meeting_urls = [
    path("", meetings.meeting_detail, name="meeting_detail"),
    path("calendar.ics", calendars.calendar_file, name="calendar_file"),
    path("edit/", meetings.meeting_edit, name="meeting_edit"),
    path("schedule/", meetings.meeting_schedule, name="meeting_schedule"),
    path("start/", meetings.meeting_start, name="meeting_start"),
    path("end/", meetings.meeting_end, name="meeting_end"),
    path("cancel/", meetings.meeting_cancel, name="meeting_cancel"),
    path("rsvp/", rsvps.rsvp_edit, name="rsvp_edit"),
    path("rsvp/record/", rsvps.rsvp_record, name="rsvp_record"),
    path("attendance/", meetings.attendance_edit, name="attendance_edit"),
    path("readings/", readings.reading_edit, name="reading_edit"),
    path("readings/swap/", readings.swap_edit, name="swap_edit"),
    path("readings/swap/<int:swap_id>/", readings.swap_answer, name="swap_answer"),
    path("roles/", roles.role_take, name="role_take"),
    path("agenda/", agendas.agenda_detail, name="agenda_detail"),
    path("agenda/edit/", agendas.agenda_edit, name="agenda_edit"),
    path("changes/", live.change_list, name="change_list"),
    path("notes/", notes.note_list, name="note_list"),
    path("notes/<uuid:note_id>/", notes.note_edit, name="note_edit"),
    path("notes/<uuid:note_id>/delete/", notes.note_delete, name="note_delete"),
    path("notes/<uuid:note_id>/restore/", notes.note_restore, name="note_restore"),
    path("notes/<uuid:note_id>/answer/", notes.note_answer, name="note_answer"),
    path("actions/new/", actions.action_create, name="action_create"),
    path("actions/<int:action_id>/", actions.action_edit, name="action_edit"),
    path("actions/<int:action_id>/toggle/", actions.action_toggle, name="action_toggle"),
    path("actions/<int:action_id>/delete/", actions.action_delete, name="action_delete"),
    path("minutes/", minutes.minutes_detail, name="minutes_detail"),
    path("minutes/edit/", minutes.minutes_edit, name="minutes_edit"),
    path("minutes/publish/", minutes.minutes_publish, name="minutes_publish"),
]

# /circles/<circle_slug>/polls/
poll_urls = [
    path("", polls.poll_list, name="poll_list"),
    path("new/", polls.poll_create, name="poll_create"),
    path("<int:poll_id>/", polls.poll_detail, name="poll_detail"),
    path("<int:poll_id>/answer/", polls.poll_answer, name="poll_answer"),
    path("<int:poll_id>/edit/", polls.poll_edit, name="poll_edit"),
    path("<int:poll_id>/pick/", polls.poll_pick, name="poll_pick"),
    path("<int:poll_id>/close/", polls.poll_close, name="poll_close"),
    path("<int:poll_id>/cancel/", polls.poll_cancel, name="poll_cancel"),
]

# /circles/<circle_slug>/
circle_urls = [
    path("", circles.circle_detail, name="circle_detail"),
    path("settings/", circles.circle_edit, name="circle_edit"),
    path("me/", members.membership_edit, name="membership_edit"),
    path("leave/", members.circle_leave, name="circle_leave"),
    path("members/", members.member_list, name="member_list"),
    path("members/<int:membership_id>/role/", members.member_role, name="member_role"),
    path("members/<int:membership_id>/approve/", members.member_approve, name="member_approve"),
    path("members/<int:membership_id>/remove/", members.member_remove, name="member_remove"),
    path("invitations/", invitations.invitation_list, name="invitation_list"),
    path("invitations/new/", invitations.invitation_create, name="invitation_create"),
    path("invitations/link/", invitations.invitation_link_create, name="invitation_link_create"),
    path("invitations/remind/", invitations.invitation_remind, name="invitation_remind"),
    path("invitations/card/<str:token>/", invitations.invitation_card, name="invitation_card"),
    path(
        "invitations/<int:invitation_id>/revoke/",
        invitations.invitation_revoke,
        name="invitation_revoke",
    ),
    path(
        "invitations/<int:invitation_id>/replace/",
        invitations.invitation_replace,
        name="invitation_replace",
    ),
    path("actions/", actions.action_list, name="action_list"),
    path("plan/", plan.plan_edit, name="plan_edit"),
    path("plan/schedule/", plan.plan_schedule, name="plan_schedule"),
    path("roles/", roles.role_list, name="role_list"),
    path("roles/edit/", roles.role_edit, name="role_edit"),
    path("polls/", include(poll_urls)),
    path("meetings/", meetings.meeting_list, name="meeting_list"),
    path("meetings/new/", meetings.meeting_create, name="meeting_create"),
    path("meetings/<int:meeting_number>/", include(meeting_urls)),
]

urlpatterns = [
    path("", circles.home, name="home"),
    path("healthz", circles.health, name="health"),
    path("briefs/<slug:brief_slug>/mine/", margins.brief_mine, name="brief_mine"),
    path("series/<slug:series_slug>/mine/", series.series_mine, name="series_mine"),
    path(
        "briefs/<slug:brief_slug>/sections/<slug:section_slug>/read/",
        readings.section_read,
        name="section_read",
    ),
    path(
        "briefs/<slug:brief_slug>/sections/<slug:section_slug>/mark/",
        margins.section_mark,
        name="section_mark",
    ),
    path(
        "briefs/<slug:brief_slug>/sections/<slug:section_slug>/margin/",
        margins.margin_edit,
        name="margin_edit",
    ),
    path("join/<str:token>/", invitations.invitation_accept, name="invitation_accept"),
    path("rsvp/<str:answer_token>/", rsvps.rsvp_answer, name="rsvp_answer"),
    path("calendar/", calendars.calendar_list, name="calendar_list"),
    path("calendar/new/", calendars.calendar_create, name="calendar_create"),
    path("calendar/made/<str:feed_token>/", calendars.calendar_made, name="calendar_made"),
    path("calendar/<int:feed_id>/revoke/", calendars.calendar_revoke, name="calendar_revoke"),
    path("calendar/<str:feed_token>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("mail/", mails.mail_edit, name="mail_edit"),
    path("mail/<str:token>/", mails.mail_link, name="mail_link"),
    path("circles/", circles.circle_list, name="circle_list"),
    path("circles/new/", circles.circle_create, name="circle_create"),
    path("circles/<slug:circle_slug>/", include(circle_urls)),
]
